// SPDX-License-Identifier: Apache-2.0
package io.nfl.io.capture;

import java.io.IOException;

/** The classic format (draft-ietf-opsawg-pcap). */
final class PcapSource implements CaptureReader.FrameSource {
    static final int MAGIC_MICROS = 0xA1B2C3D4;
    static final int MAGIC_NANOS = 0xA1B23C4D;
    static final int SWAPPED_MICROS = 0xD4C3B2A1;
    static final int SWAPPED_NANOS = 0x4D3CB2A1;

    private static final int LINK_TYPE_BITS = 0xFFFF;

    private final ByteSource source;
    private final boolean nanos;
    private final int linkType;

    PcapSource(final ByteSource source, final boolean littleEndian, final boolean nanos) throws IOException {
        this.source = source;
        this.nanos = nanos;
        source.littleEndian(littleEndian);
        final int major = source.readShort();
        final int minor = source.readShort();
        if (major != 2) {
            throw new CaptureException(4, "pcap version " + major + "." + minor + ", 2.4 was expected");
        }
        source.skip(12);
        linkType = source.readInt() & LINK_TYPE_BITS;
    }

    @Override
    public boolean read(final CapturedFrame frame) throws IOException {
        if (source.atEnd()) {
            return false;
        }
        final long at = source.offset();
        final long seconds = source.readInt() & 0xFFFF_FFFFL;
        final long fraction = source.readInt() & 0xFFFF_FFFFL;
        final int captured = source.readInt();
        final int original = source.readInt();
        if (captured < 0 || captured > CaptureReader.MAX_FRAME_BYTES) {
            throw new CaptureException(
                    at + 8,
                    "a frame of " + Integer.toUnsignedString(captured) + " bytes, at most "
                            + CaptureReader.MAX_FRAME_BYTES + " can be");
        }
        frame.reserve(captured);
        source.readFully(frame.bytes, 0, captured);
        frame.length = captured;
        frame.originalLength = Math.max(captured, original);
        frame.timestampNanos = seconds * 1_000_000_000L + (nanos ? fraction : fraction * 1000);
        frame.linkType = linkType;
        frame.direction = CapturedFrame.UNKNOWN_DIRECTION;
        frame.device = "";
        return true;
    }
}
