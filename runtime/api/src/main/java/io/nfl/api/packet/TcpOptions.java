// SPDX-License-Identifier: Apache-2.0
package io.nfl.api.packet;

/** The option list of a TCP header (RFC 9293, section 3.1) as xt_tcpudp.c and xt_tcpmss.c search it. */
public final class TcpOptions {
    /** The list has no such option. */
    public static final int ABSENT = -1;
    /** The data offset is below 5, or points past the packet's end. */
    public static final int MALFORMED = -2;

    private static final int HEADER = 20;
    private static final int MSS = 2;
    private static final int MSS_LENGTH = 4;

    private TcpOptions() {}

    /** Where the header ends, in bytes from its begin, or {@link #MALFORMED}. At least 20 bytes must be there. */
    private static int end(final PacketView packet) {
        final int end = packet.byteAt(packet.transportOffset() + 12) >>> 4 << 2;
        return end < HEADER || end > HEADER && end > packet.transportBytes() ? MALFORMED : end;
    }

    /** The offset of the first option of this kind from the header's begin, {@link #ABSENT} or {@link #MALFORMED}. */
    public static int find(final PacketView packet, final int kind) {
        final int end = end(packet);
        for (int at = HEADER; at < end; at = next(packet, at, end)) {
            if (packet.byteAt(packet.transportOffset() + at) == kind) {
                return at;
            }
        }
        return Math.min(end, ABSENT);
    }

    /** The value of the first well-formed MSS option, {@link #ABSENT} or {@link #MALFORMED}. */
    public static int mss(final PacketView packet) {
        final int end = end(packet);
        for (int at = HEADER; at < end; at = next(packet, at, end)) {
            final int option = packet.transportOffset() + at;
            if (packet.byteAt(option) == MSS && end - at >= MSS_LENGTH && packet.byteAt(option + 1) == MSS_LENGTH) {
                return packet.shortAt(option + 2);
            }
        }
        return Math.min(end, ABSENT);
    }

    private static int next(final PacketView packet, final int at, final int end) {
        final int option = packet.transportOffset() + at;
        final boolean single = packet.byteAt(option) < 2 || at + 1 >= end;
        final int length = single ? 1 : packet.byteAt(option + 1);
        return at + Math.max(1, length);
    }
}
