// SPDX-License-Identifier: Apache-2.0
package io.nfl.io.capture;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The block format (draft-ietf-opsawg-pcapng): sections, interfaces, enhanced, simple and obsolete packet blocks. */
final class PcapNgSource implements CaptureReader.FrameSource {
    static final int SECTION_HEADER = 0x0A0D0D0A;

    private static final int BYTE_ORDER_MAGIC = 0x1A2B3C4D;
    private static final int INTERFACE = 1;
    private static final int OBSOLETE_PACKET = 2;
    private static final int SIMPLE_PACKET = 3;
    private static final int ENHANCED_PACKET = 6;

    private static final int OPTION_END = 0;
    private static final int IF_NAME = 2;
    private static final int IF_TIMESTAMP_RESOLUTION = 9;
    private static final int IF_TIMESTAMP_OFFSET = 14;
    private static final int PACKET_FLAGS = 2;

    private static final int MAX_BLOCK_BYTES = 1 << 24;
    private static final BigInteger NANOS = BigInteger.valueOf(1_000_000_000L);

    private final ByteSource source;
    private final List<InterfaceBlock> interfaces = new ArrayList<>();
    private byte[] option = new byte[64];

    /** What an interface block says. @param unitsPerSecond of its timestamps */
    private record InterfaceBlock(int linkType, int snapLength, String name, long unitsPerSecond, long offsetSeconds) {}

    PcapNgSource(final ByteSource source) throws IOException {
        this.source = source;
        section();
    }

    @Override
    public boolean read(final CapturedFrame frame) throws IOException {
        while (!source.atEnd()) {
            final long at = source.offset();
            final int type = source.readInt();
            if (type == SECTION_HEADER) {
                section();
                continue;
            }
            final long end = at + blockLength(at);
            switch (type) {
                case INTERFACE -> interfaces.add(interfaceBlock(end));
                case ENHANCED_PACKET -> {
                    enhanced(frame, end);
                    finish(end);
                    return true;
                }
                case OBSOLETE_PACKET -> {
                    obsolete(frame, end);
                    finish(end);
                    return true;
                }
                case SIMPLE_PACKET -> {
                    simple(frame, end);
                    finish(end);
                    return true;
                }
                default -> {}
            }
            finish(end);
        }
        return false;
    }

    /** Reads a section header behind its type; the byte-order magic tells how the length before it is to be read. */
    private void section() throws IOException {
        final long at = source.offset() - 4;
        final int rawLength = source.readBigEndianInt();
        final int magic = source.readBigEndianInt();
        final boolean little = magic == Integer.reverseBytes(BYTE_ORDER_MAGIC);
        if (!little && magic != BYTE_ORDER_MAGIC) {
            throw new CaptureException(at + 8, String.format("byte-order magic %08x", magic));
        }
        source.littleEndian(little);
        final int length = little ? Integer.reverseBytes(rawLength) : rawLength;
        if (length < 28 || length > MAX_BLOCK_BYTES) {
            throw new CaptureException(at + 4, "a section header of " + Integer.toUnsignedString(length) + " bytes");
        }
        final int major = source.readShort();
        source.readShort();
        if (major != 1) {
            throw new CaptureException(at + 12, "pcapng version " + major + ", 1 was expected");
        }
        interfaces.clear();
        finish(at + length);
    }

    private int blockLength(final long at) throws IOException {
        final int length = source.readInt();
        if (length < 12 || length > MAX_BLOCK_BYTES || length % 4 != 0) {
            throw new CaptureException(at + 4, "a block of " + Integer.toUnsignedString(length) + " bytes");
        }
        return length;
    }

    /** Passes over what is left of a block and its closing length. */
    private void finish(final long end) throws IOException {
        final long rest = end - source.offset();
        if (rest < 4) {
            throw new CaptureException(source.offset(), "the contents run over the block's end");
        }
        source.skip(rest);
    }

    private InterfaceBlock interfaceBlock(final long end) throws IOException {
        final int linkType = source.readShort();
        source.readShort();
        final int snapLength = source.readInt();
        String name = "";
        long units = 1_000_000L;
        long offsetSeconds = 0;
        while (source.offset() + 4 <= end - 4) {
            final int code = source.readShort();
            final int length = readOption(end);
            if (code == OPTION_END) {
                break;
            }
            if (code == IF_NAME) {
                name = new String(option, 0, length, StandardCharsets.UTF_8);
            } else if (code == IF_TIMESTAMP_RESOLUTION && length >= 1) {
                units = unitsPerSecond(option[0] & 0xFF);
            } else if (code == IF_TIMESTAMP_OFFSET && length >= 8) {
                offsetSeconds = optionLong();
            }
        }
        return new InterfaceBlock(linkType, snapLength, name, units, offsetSeconds);
    }

    private long unitsPerSecond(final int resolution) throws IOException {
        final int exponent = resolution & 0x7F;
        if ((resolution & 0x80) != 0) {
            if (exponent > 62) {
                throw new CaptureException(source.offset(), "a timestamp resolution of 2^-" + exponent);
            }
            return 1L << exponent;
        }
        if (exponent > 18) {
            throw new CaptureException(source.offset(), "a timestamp resolution of 10^-" + exponent);
        }
        long units = 1;
        for (int i = 0; i < exponent; i++) {
            units *= 10;
        }
        return units;
    }

    /** Reads an option's length and value; the value is padded to four bytes. */
    private int readOption(final long end) throws IOException {
        final int length = source.readShort();
        if (source.offset() + length > end - 4) {
            throw new CaptureException(source.offset(), "an option of " + length + " bytes runs over its block");
        }
        if (option.length < length) {
            option = new byte[length];
        }
        source.readFully(option, 0, length);
        source.skip(Math.min(padding(length), end - 4 - source.offset()));
        return length;
    }

    private long optionLong() {
        long value = 0;
        for (int i = 0; i < 8; i++) {
            value = value << 8 | option[i] & 0xFF;
        }
        return source.isLittleEndian() ? Long.reverseBytes(value) : value;
    }

    private void enhanced(final CapturedFrame frame, final long end) throws IOException {
        final InterfaceBlock from = interfaceOf(source.readInt());
        packet(frame, end, from);
    }

    private void obsolete(final CapturedFrame frame, final long end) throws IOException {
        final InterfaceBlock from = interfaceOf(source.readShort());
        source.readShort();
        packet(frame, end, from);
    }

    private void packet(final CapturedFrame frame, final long end, final InterfaceBlock from) throws IOException {
        final long high = source.readInt() & 0xFFFF_FFFFL;
        final long low = source.readInt() & 0xFFFF_FFFFL;
        final int captured = source.readInt();
        final int original = source.readInt();
        data(frame, end, captured, original, from);
        frame.timestampNanos = nanos(high << 32 | low, from);
        source.skip(Math.min(padding(captured), end - 4 - source.offset()));
        while (source.offset() + 4 <= end - 4) {
            final int code = source.readShort();
            final int length = readOption(end);
            if (code == OPTION_END) {
                break;
            }
            if (code == PACKET_FLAGS && length == 4) {
                final int flags = source.isLittleEndian() ? option[0] : option[3];
                frame.direction = flags & 3;
            }
        }
    }

    private void simple(final CapturedFrame frame, final long end) throws IOException {
        final InterfaceBlock from = interfaceOf(0);
        final int original = source.readInt();
        final long room = end - 4 - source.offset();
        final long limit = from.snapLength() == 0 ? original : Math.min(original, from.snapLength());
        data(frame, end, (int) Math.min(room, limit), original, from);
        frame.timestampNanos = 0;
    }

    private void data(
            final CapturedFrame frame,
            final long end,
            final int captured,
            final int original,
            final InterfaceBlock from)
            throws IOException {
        if (captured < 0 || captured > CaptureReader.MAX_FRAME_BYTES || source.offset() + captured > end - 4) {
            throw new CaptureException(
                    source.offset(), "a frame of " + Integer.toUnsignedString(captured) + " bytes does not fit");
        }
        frame.reserve(captured);
        source.readFully(frame.bytes, 0, captured);
        frame.length = captured;
        frame.originalLength = Math.max(captured, original);
        frame.linkType = from.linkType();
        frame.device = from.name();
        frame.direction = CapturedFrame.UNKNOWN_DIRECTION;
    }

    private InterfaceBlock interfaceOf(final int index) throws IOException {
        if (index < 0 || index >= interfaces.size()) {
            throw new CaptureException(
                    source.offset(),
                    "interface " + Integer.toUnsignedString(index) + " of " + interfaces.size() + " described");
        }
        return interfaces.get(index);
    }

    private static long nanos(final long units, final InterfaceBlock from) {
        final long base = from.offsetSeconds() * 1_000_000_000L;
        final long perSecond = from.unitsPerSecond();
        if (perSecond == 1_000_000L) {
            return base + units * 1000;
        }
        if (perSecond == 1_000_000_000L) {
            return base + units;
        }
        final BigInteger unsigned = new BigInteger(Long.toUnsignedString(units));
        return base
                + unsigned.multiply(NANOS).divide(BigInteger.valueOf(perSecond)).longValue();
    }

    private static long padding(final int length) {
        return -length & 3;
    }
}
