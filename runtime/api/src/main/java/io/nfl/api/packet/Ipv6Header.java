// SPDX-License-Identifier: Apache-2.0
package io.nfl.api.packet;

/** The IPv6 header (RFC 8200): offsets in bytes from its begin. */
public final class Ipv6Header {
    public static final int LENGTH = 40;
    public static final int PAYLOAD_LENGTH = 4;
    public static final int NEXT_HEADER = 6;
    public static final int HOP_LIMIT = 7;
    public static final int SOURCE = 8;
    public static final int DESTINATION = 24;
    /** The least MTU of a link (RFC 8200, section 5). */
    public static final int MIN_MTU = 1280;

    public static final int FRAGMENT_HEADER_LENGTH = 8;

    private Ipv6Header() {}

    public static int payloadLength(final PacketView packet) {
        return packet.shortAt(PAYLOAD_LENGTH);
    }
}
