// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.route;

/** Kinds and scopes of IPv6 addresses (net/ipv6/addrconf_core.c {@code __ipv6_addr_type}; RFC 4291). */
final class Ipv6Scope {
    static final int LINK_LOCAL = 0x02;
    static final int SITE_LOCAL = 0x05;
    static final int GLOBAL = 0x0E;

    private Ipv6Scope() {}

    /** {@code __ipv6_addr_src_scope}: the four bits of a multicast address, or those an address of this kind has. */
    static int ofSource(final long high, final long low) {
        if (isMulticast(high)) {
            return (int) (high >>> 48) & 0xF;
        }
        if (isLinkLocal(high) || isLoopback(high, low)) {
            return LINK_LOCAL;
        }
        return high >>> 54 == 0x3FB ? SITE_LOCAL : GLOBAL;
    }

    static boolean isMulticast(final long high) {
        return high >>> 56 == 0xFF;
    }

    static boolean isLinkLocal(final long high) {
        return high >>> 54 == 0x3FA;
    }

    static boolean isLoopback(final long high, final long low) {
        return high == 0 && low == 1;
    }

    /** {@code rt6_need_strict}: addresses that mean something on their own link only. */
    static boolean needsDevice(final long high, final long low) {
        return isMulticast(high) || isLinkLocal(high) || isLoopback(high, low);
    }
}
