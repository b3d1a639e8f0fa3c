// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.conntrack;

import io.nfl.api.packet.TcpHeader;
import io.nfl.engine.packet.Packet;

/** The options that window tracking reads ({@code tcp_options} and {@code tcp_sack} of nf_conntrack_proto_tcp.c). */
final class TcpOptionList {
    private static final int END = 0;
    private static final int NOP = 1;
    private static final int WINDOW = 3;
    private static final int WINDOW_LENGTH = 3;
    private static final int SACK_PERMITTED = 4;
    private static final int SACK_PERMITTED_LENGTH = 2;
    private static final int SACK = 5;
    private static final int SACK_BLOCK = 8;
    private static final int MAX_SCALE = 14;

    private TcpOptionList() {}

    /** Window scale and SACK permission of a SYN. The header has been checked to lie in the packet. */
    static void read(final Packet packet, final TcpState.Side side) {
        int at = packet.transportOffset() + TcpHeader.MIN_LENGTH;
        final int end = packet.transportOffset() + TcpHeader.length(packet);
        if (at == end) {
            return;
        }
        side.scale = 0;
        side.flags &= TcpState.BE_LIBERAL;
        while (at < end) {
            final int size = size(packet, at, end);
            if (size == 0) {
                return;
            }
            final int kind = packet.byteAt(at);
            if (kind == SACK_PERMITTED && size == SACK_PERMITTED_LENGTH) {
                side.flags |= TcpState.SACK_PERMITTED;
            } else if (kind == WINDOW && size == WINDOW_LENGTH) {
                side.scale = Math.min(MAX_SCALE, packet.byteAt(at + 2));
                side.flags |= TcpState.WINDOW_SCALE;
            }
            at += size;
        }
    }

    /** The highest right edge of the first SACK option, or {@code ack} where it is higher. */
    static int highestSack(final Packet packet, final int ack) {
        int at = packet.transportOffset() + TcpHeader.MIN_LENGTH;
        final int end = packet.transportOffset() + TcpHeader.length(packet);
        while (at < end) {
            final int size = size(packet, at, end);
            if (size == 0) {
                return ack;
            }
            if (packet.byteAt(at) == SACK && size >= 2 + SACK_BLOCK && (size - 2) % SACK_BLOCK == 0) {
                int highest = ack;
                for (int block = at + 2; block < at + size; block += SACK_BLOCK) {
                    final int right = packet.intAt(block + 4);
                    highest = right - highest > 0 ? right : highest;
                }
                return highest;
            }
            at += size;
        }
        return ack;
    }

    /** Length of the option in bytes, 0 where the list ends or is broken. */
    private static int size(final Packet packet, final int at, final int end) {
        final int kind = packet.byteAt(at);
        if (kind == END) {
            return 0;
        }
        if (kind == NOP) {
            return 1;
        }
        if (end - at < 2) {
            return 0;
        }
        final int size = packet.byteAt(at + 1);
        return size < 2 || size > end - at ? 0 : size;
    }
}
