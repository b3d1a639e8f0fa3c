// SPDX-License-Identifier: Apache-2.0
package io.nfl.api.packet;

/**
 * The header of ICMP (RFC 792) and ICMPv6 (RFC 4443): offsets in bytes from its begin, and the types that the kernel
 * sends and answers. Check {@link #fits} before the getters.
 */
public final class IcmpHeader {
    public static final int LENGTH = 8;
    public static final int TYPE = 0;
    public static final int CODE = 1;
    public static final int CHECKSUM = 2;
    /** The 32 bits after the checksum: id and sequence number, gateway, pointer, or MTU. */
    public static final int REST = 4;

    public static final int ECHO_REPLY = 0;
    public static final int DESTINATION_UNREACHABLE = 3;
    public static final int SOURCE_QUENCH = 4;
    public static final int REDIRECT = 5;
    public static final int ECHO_REQUEST = 8;
    public static final int TIME_EXCEEDED = 11;
    public static final int PARAMETER_PROBLEM = 12;
    public static final int TIMESTAMP = 13;
    public static final int TIMESTAMP_REPLY = 14;
    /** {@code NR_ICMP_TYPES}: no type over it is known. */
    public static final int MAX_TYPE = 18;

    public static final int NET_UNREACHABLE = 0;
    public static final int HOST_UNREACHABLE = 1;
    public static final int PROTOCOL_UNREACHABLE = 2;
    public static final int PORT_UNREACHABLE = 3;
    public static final int FRAGMENTATION_NEEDED = 4;
    public static final int SOURCE_ROUTE_FAILED = 5;
    public static final int PACKET_FILTERED = 13;
    public static final int REDIRECT_HOST = 1;

    public static final int V6_DESTINATION_UNREACHABLE = 1;
    public static final int V6_PACKET_TOO_BIG = 2;
    public static final int V6_TIME_EXCEEDED = 3;
    public static final int V6_PARAMETER_PROBLEM = 4;
    public static final int V6_ECHO_REQUEST = 128;
    public static final int V6_ECHO_REPLY = 129;
    public static final int V6_REDIRECT = 137;

    public static final int V6_NO_ROUTE = 0;
    public static final int V6_PROHIBITED = 1;
    public static final int V6_BEYOND_SCOPE = 2;
    public static final int V6_ADDRESS_UNREACHABLE = 3;
    public static final int V6_PORT_UNREACHABLE = 4;
    public static final int V6_UNKNOWN_NEXT_HEADER = 1;
    /** RFC 7112. */
    public static final int V6_INCOMPLETE_HEADERS = 3;

    private IcmpHeader() {}

    public static boolean fits(final PacketView packet) {
        return packet.fragmentOffset() == 0 && packet.transportBytes() >= LENGTH;
    }

    public static int type(final PacketView packet) {
        return packet.byteAt(packet.transportOffset() + TYPE);
    }

    public static int code(final PacketView packet) {
        return packet.byteAt(packet.transportOffset() + CODE);
    }

    /** Whether no error may answer an ICMP type ({@code icmp_pointers[].error} of net/ipv4/icmp.c). */
    public static boolean isError(final int type) {
        return switch (type) {
            // RFC 792 knows no 1, 2, 6 and 7; 9 and 10 are router discovery. The kernel counts all of them as errors.
            case 1, 2, DESTINATION_UNREACHABLE, SOURCE_QUENCH, REDIRECT, 6, 7, 9, 10 -> true;
            case TIME_EXCEEDED, PARAMETER_PROBLEM -> true;
            default -> false;
        };
    }

    /** Whether an ICMPv6 type reports an error: the informational bit is clear. */
    public static boolean isV6Error(final int type) {
        return (type & 0x80) == 0;
    }
}
