// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.conntrack;

/** What the tracker remembers of an SCTP association ({@code struct ip_ct_sctp}). */
final class SctpState {
    int state;
    /** Verification tag that packets of a direction carry. */
    final int[] tag = new int[2];
    /** Whether an INIT was seen in a direction. */
    final boolean[] init = new boolean[2];

    int lastDirection;
    boolean heartbeatTagFailed;

    void clear() {
        state = SctpTransitions.NONE;
        tag[0] = 0;
        tag[1] = 0;
        init[0] = false;
        init[1] = false;
        lastDirection = 0;
        heartbeatTagFailed = false;
    }
}
