// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.route;

import io.nfl.api.host.RouteType;
import io.nfl.api.host.RoutingTables;
import io.nfl.api.net.AddressType;
import io.nfl.api.net.Family;
import io.nfl.api.packet.PacketView;
import io.nfl.api.packet.RoutingView;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What IPv4 matches ask (net/ipv4/fib_frontend.c {@code inet_addr_type}; net/ipv4/netfilter/ipt_rpfilter.c). */
final class Ipv4View implements RoutingView {
    private static final long LIMITED_BROADCAST = 0xFFFF_FFFFL;
    private static final Map<RouteType, AddressType> TYPES = Map.of(
            RouteType.UNICAST, AddressType.UNICAST,
            RouteType.LOCAL, AddressType.LOCAL,
            RouteType.BROADCAST, AddressType.BROADCAST,
            RouteType.ANYCAST, AddressType.ANYCAST,
            RouteType.MULTICAST, AddressType.MULTICAST);

    /** What came back of what this host sent to many. */
    private static final int PACKET_LOOPBACK = 5;

    private final NetDevices devices;
    private final PolicyRules rules;
    /** The local table; with main in it as long as there are no rules. */
    private final @Nullable Fib local;

    private final RouteKey key = new RouteKey();
    private final FibMatch match = new FibMatch();

    Ipv4View(final NetDevices devices, final PolicyRules rules, final DeclaredRoutes routes) {
        this.devices = devices;
        this.rules = rules;
        this.local = rules.isCustom() ? routes.fibs().get(RoutingTables.LOCAL) : routes.merged();
    }

    @Override
    public int addressTypes(final long high, final long low, final String device) {
        return addressType(low, device).bit();
    }

    /** {@code inet_addr_type}. */
    AddressType addressType(final long low, final String device) {
        if (InputRouting.isZeroNet(low) || low == LIMITED_BROADCAST) {
            return AddressType.BROADCAST;
        }
        if (InputRouting.isMulticast(low)) {
            return AddressType.MULTICAST;
        }
        key.clear(Family.IPV4);
        key.destinationLow = low;
        if (local == null || local.lookupIpv4(key, match) != RouteError.NONE) {
            return AddressType.UNICAST;
        }
        final FibEntry entry = match.found();
        if (!device.isEmpty() && entry.hops[0].device != devices.named(device)) {
            return AddressType.UNICAST;
        }
        final AddressType type = TYPES.get(entry.type);
        return type == null ? AddressType.UNICAST : type;
    }

    /** The device of the local table's route to the address; null where it is not of type LOCAL. */
    @Nullable
    NetDevice deviceOfLocal(final long low) {
        key.clear(Family.IPV4);
        key.destinationLow = low;
        if (local == null || local.lookupIpv4(key, match) != RouteError.NONE) {
            return null;
        }
        final FibEntry entry = match.found();
        return entry.type == RouteType.LOCAL ? entry.hops[match.hop].device : null;
    }

    @Override
    public boolean reversePathHolds(
            final PacketView packet, final boolean loose, final boolean validMark, final boolean acceptLocal) {
        final NetDevice in = devices.get(packet.in());
        if (in.loopback || packet.packetType() == PACKET_LOOPBACK) {
            return true;
        }
        final long source = packet.ipv4Source() & 0xFFFF_FFFFL;
        final long destination = packet.ipv4Destination() & 0xFFFF_FFFFL;
        final boolean toMany = destination == LIMITED_BROADCAST || InputRouting.isLocalMulticast(destination);
        if (InputRouting.isZeroNet(source) && toMany) {
            return true;
        }
        key.clear(Family.IPV4);
        key.destinationLow = source;
        key.sourceLow = isOneHost(destination) ? destination : 0;
        key.mark = validMark ? packet.mark() : 0;
        key.tos = packet.trafficClass();
        if (rules.lookupIpv4(key, match) != RouteError.NONE) {
            return false;
        }
        final FibEntry entry = match.found();
        final boolean suits = entry.type == RouteType.UNICAST || entry.type == RouteType.LOCAL && acceptLocal;
        return suits && (loose || entry.uses(in));
    }

    /** {@code rpfilter_get_saddr}. */
    private static boolean isOneHost(final long address) {
        return !InputRouting.isMulticast(address) && address != LIMITED_BROADCAST && !InputRouting.isZeroNet(address);
    }
}
