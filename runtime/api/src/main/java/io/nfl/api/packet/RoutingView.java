// SPDX-License-Identifier: Apache-2.0
package io.nfl.api.packet;

import io.nfl.api.net.AddressType;

/** What matches may ask the routing tables. */
public interface RoutingView {
    /**
     * {@code match_type} and {@code match_lookup_rt6} of xt_addrtype.c: what the routing tables say of an address.
     *
     * @param device the device that must own it ({@code --limit-iface-in/out}), or the empty string for any
     * @return bits of {@link AddressType}. IPv4: one of them; IPv6: any of LOCAL, ANYCAST and UNREACHABLE
     */
    int addressTypes(long high, long low, String device);

    /**
     * {@code -m rpfilter}: whether the packet's source is reached through the device it came by
     * (net/ipv4/netfilter/ipt_rpfilter.c).
     */
    boolean reversePathHolds(PacketView packet, boolean loose, boolean validMark, boolean acceptLocal);
}
