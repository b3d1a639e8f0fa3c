// SPDX-License-Identifier: Apache-2.0
package io.nfl.api.packet;

import io.nfl.api.net.AddressType;

/** What matches may ask the routing tables. */
public interface RoutingView {
    /**
     * {@code inet_addr_type} and its IPv6 kin: the type of an address in the local table.
     *
     * @param device the device that must own it ({@code --limit-iface-in/out}), or the empty string for any
     */
    AddressType addressType(long high, long low, String device);

    /**
     * {@code -m rpfilter}: whether the packet's source is reached through the device it came by
     * (net/ipv4/netfilter/ipt_rpfilter.c).
     */
    boolean reversePathHolds(PacketView packet, boolean loose, boolean validMark, boolean acceptLocal);
}
