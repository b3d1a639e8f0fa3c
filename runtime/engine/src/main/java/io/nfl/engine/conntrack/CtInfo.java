// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.conntrack;

import io.nfl.api.net.ConntrackState;

/** {@code enum ip_conntrack_info}: what a packet is to its connection, as the kernel numbers it. */
public final class CtInfo {
    public static final int ESTABLISHED = 0;
    public static final int RELATED = 1;
    public static final int NEW = 2;
    public static final int IS_REPLY = 3;
    public static final int ESTABLISHED_REPLY = ESTABLISHED + IS_REPLY;
    public static final int RELATED_REPLY = RELATED + IS_REPLY;
    public static final int UNTRACKED = 7;
    /** Nothing attached: conntrack has not run, or the packet is invalid. */
    public static final int NONE = -1;

    private CtInfo() {}

    /** 0 original, 1 reply ({@code CTINFO2DIR}). */
    public static int direction(final int ctInfo) {
        return ctInfo >= IS_REPLY ? 1 : 0;
    }

    /** {@code XT_CONNTRACK_STATE_BIT}. */
    static int stateBitOf(final int ctInfo) {
        return 1 << ctInfo % IS_REPLY + 1;
    }

    public static int stateBit(final int ctInfo) {
        return ctInfo == UNTRACKED ? ConntrackState.UNTRACKED.bit() : stateBitOf(ctInfo);
    }
}
