// SPDX-License-Identifier: Apache-2.0
package io.nfl.io.capture;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Reads a capture frame by frame, pcap or pcapng, in either byte order, with micro- or nanoseconds.
 *
 * <pre>
 * try (CaptureReader reader = CaptureReader.open(path)) {
 *     for (CapturedFrame frame = reader.next(); frame != null; frame = reader.next()) { … }
 * }
 * </pre>
 */
public final class CaptureReader implements Closeable {
    /** Larger frames are taken for damage: no link has frames of this size (libpcap's MAXIMUM_SNAPLEN). */
    static final int MAX_FRAME_BYTES = 262_144;

    private final ByteSource source;
    private final FrameSource frames;
    private final CapturedFrame frame = new CapturedFrame();

    private CaptureReader(final ByteSource source, final FrameSource frames) {
        this.source = source;
        this.frames = frames;
    }

    /** One format's way of reading the next frame. */
    interface FrameSource {
        /** Fills the frame; false at the end of the capture. */
        boolean read(CapturedFrame frame) throws IOException;
    }

    public static CaptureReader open(final Path path) throws IOException {
        final InputStream stream = Files.newInputStream(path);
        try {
            return of(stream);
        } catch (final IOException e) {
            stream.close();
            throw e;
        }
    }

    /** Takes over the stream and closes it with the reader. */
    public static CaptureReader of(final InputStream stream) throws IOException {
        final ByteSource source = new ByteSource(new BufferedInputStream(stream, 1 << 16));
        final int magic = source.firstInt();
        return switch (magic) {
            case PcapSource.MAGIC_MICROS -> new CaptureReader(source, new PcapSource(source, false, false));
            case PcapSource.MAGIC_NANOS -> new CaptureReader(source, new PcapSource(source, false, true));
            case PcapSource.SWAPPED_MICROS -> new CaptureReader(source, new PcapSource(source, true, false));
            case PcapSource.SWAPPED_NANOS -> new CaptureReader(source, new PcapSource(source, true, true));
            case PcapNgSource.SECTION_HEADER -> new CaptureReader(source, new PcapNgSource(source));
            default ->
                throw new CaptureException(0, String.format("neither pcap nor pcapng: it begins with %08x", magic));
        };
    }

    /** The next frame, valid until the next call; null at the end. @throws CaptureException for a broken capture */
    public @Nullable CapturedFrame next() throws IOException {
        return frames.read(frame) ? frame : null;
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
