// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.localhost;

import io.nfl.api.packet.TcpHeader;
import io.nfl.engine.packet.Packet;

/**
 * The options that a SYN offers, and that both sides use then (net/ipv4/tcp_output.c {@code tcp_options_write}).
 *
 * @param stamp the peer's timestamp, which is echoed
 */
record TcpOffer(boolean timestamps, boolean sack, boolean scale, int stamp) {
    /** What the SYN of a program offers: all. */
    static final TcpOffer OWN = new TcpOffer(true, true, true, 0);

    static final int TIMESTAMPS_LENGTH = 12;

    private static final int SIZE_LENGTH = 4;
    private static final int WORD = 4;
    private static final int WINDOW_SCALE = 3;
    private static final int SACK_PERMITTED = 4;
    private static final int TIMESTAMP = 8;

    static TcpOffer of(final Packet segment) {
        final int stamp = find(segment, TIMESTAMP);
        return new TcpOffer(
                stamp >= 0,
                find(segment, SACK_PERMITTED) >= 0,
                find(segment, WINDOW_SCALE) >= 0,
                stamp < 0 ? 0 : segment.intAt(stamp + 2));
    }

    /** Where the option of this kind begins, or -1. */
    private static int find(final Packet packet, final int kind) {
        final int end = packet.transportOffset() + TcpHeader.length(packet);
        int at = packet.transportOffset() + TcpHeader.MIN_LENGTH;
        while (at < end) {
            final int option = packet.byteAt(at);
            if (option == TcpHeader.OPTION_END) {
                return -1;
            }
            if (option == TcpHeader.OPTION_NOP) {
                at++;
                continue;
            }
            if (option == kind) {
                return at;
            }
            if (at + 1 >= end || packet.byteAt(at + 1) < 2) {
                return -1;
            }
            at += packet.byteAt(at + 1);
        }
        return -1;
    }

    /** Bytes of options in a SYN+ACK that takes this offer up. */
    int synLength() {
        return SIZE_LENGTH + (timestamps ? TIMESTAMPS_LENGTH : sack ? WORD : 0) + (scale ? WORD : 0);
    }

    /** Bytes of options in every segment but a SYN. */
    int length() {
        return timestamps ? TIMESTAMPS_LENGTH : 0;
    }

    void writeSyn(final Packet packet, final int from, final int mss) {
        int at = from;
        packet.putInt(at, 0x0204_0000 | mss);
        at += SIZE_LENGTH;
        if (timestamps) {
            stamps(packet, at, sack ? 0x0402_080A : 0x0101_080A, stamp);
            at += TIMESTAMPS_LENGTH;
        } else if (sack) {
            packet.putInt(at, 0x0101_0402);
            at += WORD;
        }
        if (scale) {
            packet.putInt(at, 0x0103_0300 | ReceiveWindow.SCALE);
        }
    }

    /** @param echo the timestamp of the segment that is answered */
    void write(final Packet packet, final int at, final int echo) {
        if (timestamps) {
            stamps(packet, at, 0x0101_080A, echo);
        }
    }

    private static void stamps(final Packet packet, final int at, final int head, final int echo) {
        packet.putInt(at, head);
        packet.putInt(at + WORD, 1);
        packet.putInt(at + 2 * WORD, echo);
    }
}
