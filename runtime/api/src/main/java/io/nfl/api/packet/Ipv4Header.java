// SPDX-License-Identifier: Apache-2.0
package io.nfl.api.packet;

/** The IPv4 header (RFC 791): offsets in bytes from its begin, values in host order. */
public final class Ipv4Header {
    public static final int MIN_LENGTH = 20;
    public static final int TOS = 1;
    public static final int TOTAL_LENGTH = 2;
    public static final int IDENTIFICATION = 4;
    /** Flags in the upper three bits, offset in 8-byte units below. */
    public static final int FRAGMENT = 6;

    public static final int TTL = 8;
    public static final int PROTOCOL = 9;
    public static final int CHECKSUM = 10;
    public static final int SOURCE = 12;
    public static final int DESTINATION = 16;

    public static final int DONT_FRAGMENT = 0x4000;
    public static final int MORE_FRAGMENTS = 0x2000;
    public static final int OFFSET_MASK = 0x1FFF;
    public static final int MAX_TOTAL_LENGTH = 0xFFFF;

    private Ipv4Header() {}

    /** In bytes, options counted. */
    public static int length(final PacketView packet) {
        return 4 * (packet.byteAt(0) & 0xF);
    }

    public static int totalLength(final PacketView packet) {
        return packet.shortAt(TOTAL_LENGTH);
    }

    public static boolean dontFragment(final PacketView packet) {
        return (packet.shortAt(FRAGMENT) & DONT_FRAGMENT) != 0;
    }

    /** A first or later fragment ({@code ip_is_fragment}). */
    public static boolean isFragment(final PacketView packet) {
        return (packet.shortAt(FRAGMENT) & (MORE_FRAGMENTS | OFFSET_MASK)) != 0;
    }
}
