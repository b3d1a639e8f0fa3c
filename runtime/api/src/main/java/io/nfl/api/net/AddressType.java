// SPDX-License-Identifier: Apache-2.0
package io.nfl.api.net;

/** What the local routing table says of an address ({@code RTN_*}; bit {@code 1 << ordinal} as in xt_addrtype.h). */
public enum AddressType {
    UNSPEC,
    UNICAST,
    LOCAL,
    BROADCAST,
    ANYCAST,
    MULTICAST,
    BLACKHOLE,
    UNREACHABLE,
    PROHIBIT,
    THROW,
    NAT,
    XRESOLVE;

    public int bit() {
        return 1 << ordinal();
    }
}
