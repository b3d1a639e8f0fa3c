// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.route;

import io.nfl.api.host.RouteType;
import io.nfl.api.net.AddressType;
import io.nfl.api.net.Family;
import io.nfl.api.packet.PacketView;
import io.nfl.api.packet.RoutingView;

/** What IPv6 matches ask (net/netfilter/xt_addrtype.c; net/ipv6/netfilter/ip6t_rpfilter.c). */
final class Ipv6View implements RoutingView {
    /** What came back of what this host sent to many. */
    private static final int PACKET_LOOPBACK = 5;

    private final NetDevices devices;
    private final PolicyRules rules;
    private final RouteKey key = new RouteKey();
    private final FibMatch match = new FibMatch();

    Ipv6View(final NetDevices devices, final PolicyRules rules) {
        this.devices = devices;
        this.rules = rules;
    }

    @Override
    public int addressTypes(final long high, final long low, final String device) {
        final NetDevice owner = device.isEmpty() ? null : devices.named(device);
        key.clear(Family.IPV6);
        key.destinationHigh = high;
        key.destinationLow = low;
        key.outDevice = owner == null ? 0 : owner.index;
        if (rules.lookupIpv6(key, key.outDevice, DeviceChoice.of(owner != null), match) != RouteError.NONE) {
            return AddressType.UNREACHABLE.bit();
        }
        final boolean isLocal =
                owner == null ? match.found().type == RouteType.LOCAL : owner.owned(Family.IPV6, high, low) != null;
        final int local = isLocal ? AddressType.LOCAL.bit() : 0;
        return match.found().isAnycast(match.hop, key) ? local | AddressType.ANYCAST.bit() : local;
    }

    @Override
    public boolean reversePathHolds(
            final PacketView packet, final boolean loose, final boolean validMark, final boolean acceptLocal) {
        final NetDevice in = devices.get(packet.in());
        if (in.loopback
                || packet.packetType() == PACKET_LOOPBACK
                || (packet.ipv6SourceHigh() | packet.ipv6SourceLow()) == 0) {
            return true;
        }
        key.clear(Family.IPV6);
        key.destinationHigh = packet.ipv6SourceHigh();
        key.destinationLow = packet.ipv6SourceLow();
        if (!Ipv6Scope.isMulticast(packet.ipv6DestinationHigh())) {
            key.sourceHigh = packet.ipv6DestinationHigh();
            key.sourceLow = packet.ipv6DestinationLow();
        }
        key.mark = validMark ? packet.mark() : 0;
        key.tos = packet.trafficClass();
        key.protocol = packet.byteAt(6);
        final boolean linkLocal = Ipv6Scope.isLinkLocal(packet.ipv6SourceHigh());
        key.outDevice = loose && !linkLocal ? 0 : in.index;
        final DeviceChoice choice = linkLocal ? DeviceChoice.FIRST_REQUIRED : DeviceChoice.FIRST;
        if (rules.lookupIpv6(key, key.outDevice, choice, match) != RouteError.NONE) {
            return false;
        }
        final FibEntry entry = match.found();
        if (entry.type == RouteType.LOCAL) {
            return acceptLocal;
        }
        return entry.type != RouteType.ANYCAST && (loose || entry.hops[match.hop].device == in);
    }
}
