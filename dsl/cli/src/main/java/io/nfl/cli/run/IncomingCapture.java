// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli.run;

import io.nfl.io.capture.CaptureException;
import io.nfl.io.capture.CaptureReader;
import io.nfl.io.capture.CapturedFrame;
import io.nfl.io.capture.LinkLayer;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** A capture of what came in by one device, packet by packet. NOT thread safe. */
final class IncomingCapture implements Closeable {
    /** Frames that hold no packet for the host. */
    enum PassedOver {
        NOT_IP("not IP"),
        OUTGOING("sent by the host itself"),
        OTHER_HOST("for another host"),
        SHORT("too short for its headers"),
        CUT("cut off by the capturer");

        private final String text;

        PassedOver(final String text) {
            this.text = text;
        }

        String text() {
            return text;
        }

        private static PassedOver of(final int skip) {
            return switch (skip) {
                case LinkLayer.Skip.OUTGOING -> OUTGOING;
                case LinkLayer.Skip.OTHER_HOST -> OTHER_HOST;
                case LinkLayer.Skip.SHORT -> SHORT;
                default -> NOT_IP;
            };
        }
    }

    private final String device;
    private final Path path;
    private final CaptureReader reader;
    private final Map<PassedOver, Long> passedOver = new EnumMap<>(PassedOver.class);
    private Optional<CapturedFrame> frame = Optional.empty();
    private LinkLayer layer = LinkLayer.RAW;
    private int offset;
    private long frames;
    private long packets;
    private Optional<String> broken = Optional.empty();

    private IncomingCapture(final String device, final Path path, final CaptureReader reader) {
        this.device = device;
        this.path = path;
        this.reader = reader;
    }

    /** Opens a capture and goes to its first packet. */
    static IncomingCapture open(final String device, final Path path) throws IOException {
        final IncomingCapture capture = new IncomingCapture(device, path, CaptureReader.open(path));
        capture.advance();
        return capture;
    }

    /** Goes to the next packet. A capture that breaks off ends there; {@link #broken} says why. */
    void advance() throws IOException {
        frame = Optional.empty();
        try {
            for (CapturedFrame next = reader.next(); next != null; next = reader.next()) {
                frames++;
                final Optional<LinkLayer> known = LinkLayer.of(next.linkType());
                if (known.isEmpty()) {
                    broken = Optional.of("frame " + frames + ": link type " + next.linkType() + " is not supported");
                    return;
                }
                layer = known.get();
                if (isPacket(next)) {
                    frame = Optional.of(next);
                    packets++;
                    return;
                }
            }
        } catch (final CaptureException e) {
            broken = Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private boolean isPacket(final CapturedFrame next) {
        offset = layer.ipOffset(next);
        if (offset < 0) {
            passedOver.merge(PassedOver.of(offset), 1L, Long::sum);
            return false;
        }
        if (next.isTruncated()) {
            passedOver.merge(PassedOver.CUT, 1L, Long::sum);
            return false;
        }
        return true;
    }

    boolean atEnd() {
        return frame.isEmpty();
    }

    /** The packet's frame, valid until {@link #advance}. @throws java.util.NoSuchElementException at the end */
    CapturedFrame frame() {
        return frame.orElseThrow();
    }

    /** Where the IP packet begins in the frame. */
    int offset() {
        return offset;
    }

    LinkLayer layer() {
        return layer;
    }

    String device() {
        return device;
    }

    Path path() {
        return path;
    }

    /** Packets so far. */
    long packets() {
        return packets;
    }

    Map<PassedOver, Long> passedOver() {
        return Collections.unmodifiableMap(passedOver);
    }

    /** Why the capture ended before its end, with the place. */
    Optional<String> broken() {
        return broken;
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
