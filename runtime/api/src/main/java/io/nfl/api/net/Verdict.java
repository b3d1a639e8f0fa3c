// SPDX-License-Identifier: Apache-2.0
package io.nfl.api.net;

/**
 * What a rule list says to the hook, as primitive codes so that the packet path does not box. The values are ours;
 * the kernel's are in include/uapi/linux/netfilter.h.
 */
public final class Verdict {
    /** The next function of the hook goes on with the packet. */
    public static final int ACCEPT = 1;
    /** The packet ends here. */
    public static final int DROP = 2;
    /** The packet belongs to somebody else now. */
    public static final int STOLEN = 3;
    /** Of rules: a match has found the packet malformed, and dropped it ({@code xt_action_param.hotdrop}). */
    public static final int HOTDROP = 4;
    /** Not a verdict of a table: a target has acted and the next rule follows ({@code XT_CONTINUE}). */
    public static final int CONTINUE = 0;

    private Verdict() {}
}
