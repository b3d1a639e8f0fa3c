// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.conntrack;

/** What the tracker remembers of a TCP connection ({@code struct ip_ct_tcp}). */
final class TcpState {
    /** Flags of a side ({@code IP_CT_TCP_FLAG_*}). */
    static final int WINDOW_SCALE = 0x01;

    static final int SACK_PERMITTED = 0x02;
    static final int CLOSE_INIT = 0x04;
    static final int BE_LIBERAL = 0x08;
    static final int DATA_UNACKNOWLEDGED = 0x10;
    static final int MAX_ACK_SET = 0x20;
    /** Flags of {@link #lastFlags} only. */
    static final int EXPECT_CHALLENGE_ACK = 0x40;

    static final int SIMULTANEOUS_OPEN = 0x80;

    /** One direction ({@code struct ip_ct_tcp_state}); sequence numbers are modulo 2^32. */
    static final class Side {
        int end;
        int maxEnd;
        int maxWindow;
        int maxAck;
        int scale;
        int flags;

        /** {@code nf_ct_tcp_state_reset}. */
        void reset() {
            end = 0;
            maxEnd = 0;
            maxWindow = 0;
            maxAck = 0;
            scale = 0;
            flags &= BE_LIBERAL;
        }

        boolean has(final int flag) {
            return (flags & flag) != 0;
        }
    }

    final Side[] seen = {new Side(), new Side()};
    int state;
    int lastDirection;
    int retransmissions;
    int lastSegment = TcpTransitions.NONE_SEGMENT;
    int lastSequence;
    int lastAck;
    int lastEnd;
    int lastWindow;
    int lastScale;
    int lastFlags;

    void clear() {
        for (final Side side : seen) {
            side.flags = 0;
            side.reset();
        }
        state = TcpTransitions.NONE;
        lastDirection = 0;
        retransmissions = 0;
        lastSegment = TcpTransitions.NONE_SEGMENT;
        lastSequence = 0;
        lastAck = 0;
        lastEnd = 0;
        lastWindow = 0;
        lastScale = 0;
        lastFlags = 0;
    }
}
