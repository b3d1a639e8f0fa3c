// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.route;

import io.nfl.api.net.IpAddress;

/** The multicast groups a device joins by itself (net/ipv4/igmp.c {@code ip_mc_up}; net/ipv6/addrconf.c). */
final class MulticastGroups {
    /** 224.0.0.1, all hosts. */
    private static final long ALL_HOSTS_V4 = 0xE000_0001L;

    private static final long NODE_LOCAL = 0xFF01_0000_0000_0000L;
    private static final long LINK_LOCAL = 0xFF02_0000_0000_0000L;
    private static final long SITE_LOCAL = 0xFF05_0000_0000_0000L;
    private static final long SOLICITED_NODE = 0x1_FF00_0000L;
    private static final long SOLICITED_NODE_BITS = 0xFF_FFFFL;

    private MulticastGroups() {}

    static boolean joinedIpv4(final long low) {
        return low == ALL_HOSTS_V4;
    }

    static boolean joinedIpv6(final NetDevice device, final long high, final long low) {
        if (low == 1) {
            return high == NODE_LOCAL || high == LINK_LOCAL;
        }
        if (low == 2) {
            return device.forwardingV6 && (high == NODE_LOCAL || high == LINK_LOCAL || high == SITE_LOCAL);
        }
        return high == LINK_LOCAL
                && (low & ~SOLICITED_NODE_BITS) == SOLICITED_NODE
                && solicits(device, low & SOLICITED_NODE_BITS);
    }

    private static boolean solicits(final NetDevice device, final long bits) {
        for (int i = 0; i < device.ipv6.size(); i++) {
            final IpAddress address = device.ipv6.get(i).address();
            final int length = device.ipv6.get(i).declared().prefixLength();
            if ((address.low() & SOLICITED_NODE_BITS) == bits) {
                return true;
            }
            final boolean anycast = device.forwardingV6 && length < 127;
            if (anycast
                    && (address.and(IpAddress.mask(address.family(), length)).low() & SOLICITED_NODE_BITS) == bits) {
                return true;
            }
        }
        return false;
    }
}
