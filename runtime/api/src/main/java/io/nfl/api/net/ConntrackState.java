// SPDX-License-Identifier: Apache-2.0
package io.nfl.api.net;

/**
 * The states that {@code -m conntrack --ctstate} can name. {@link #bit()} is the kernel's state bit
 * (include/uapi/linux/netfilter/xt_conntrack.h); SNAT and DNAT are the virtual states of net/netfilter/xt_conntrack.c.
 */
public enum ConntrackState {
    INVALID(1),
    ESTABLISHED(1 << 1),
    RELATED(1 << 2),
    NEW(1 << 3),
    SNAT(1 << 6),
    DNAT(1 << 7),
    UNTRACKED(1 << 8);

    private final int bit;

    ConntrackState(final int bit) {
        this.bit = bit;
    }

    public int bit() {
        return bit;
    }
}
