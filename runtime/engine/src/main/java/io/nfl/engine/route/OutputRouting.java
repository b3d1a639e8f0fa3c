// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.route;

import io.nfl.api.host.RouteScope;
import io.nfl.api.host.RouteType;
import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import org.jspecify.annotations.Nullable;

/** Where an IPv4 packet of this host goes, and from where (net/ipv4/route.c {@code ip_route_output_key_hash}). */
final class OutputRouting {
    private static final long LIMITED_BROADCAST = 0xFFFF_FFFFL;
    private static final long LOOPBACK_ADDRESS = 0x7F00_0001L;
    private static final int IGMP = 2;

    private final NetDevices devices;
    private final PolicyRules rules;
    private final SourceSelection sources;
    private final MultipathSelection multipath;
    private final Ipv4View view;

    OutputRouting(
            final NetDevices devices,
            final PolicyRules rules,
            final SourceSelection sources,
            final MultipathSelection multipath,
            final Ipv4View view) {
        this.view = view;
        this.devices = devices;
        this.rules = rules;
        this.sources = sources;
        this.multipath = multipath;
    }

    /** Fills the key's source if it has none. */
    RouteError route(final RouteKey key, final RouteResult result) {
        final long asked = key.sourceLow;
        if (asked != 0) {
            if (InputRouting.isMulticast(asked) || asked == LIMITED_BROADCAST || InputRouting.isZeroNet(asked)) {
                return result.fail(RouteKind.UNREACHABLE, RouteError.INVALID);
            }
            final NetDevice owner = owner(asked);
            if (key.outDevice == 0
                    && (InputRouting.isMulticast(key.destinationLow) || key.destinationLow == LIMITED_BROADCAST)) {
                return owner == null
                        ? result.fail(RouteKind.UNREACHABLE, RouteError.NETWORK_UNREACHABLE)
                        : leave(key, owner, RouteType.UNICAST, null, result);
            }
            // Linux 6.18 keeps EINVAL for addresses that no packet may come from
            if (owner == null && !key.anySource) {
                return result.fail(RouteKind.UNREACHABLE, RouteError.NETWORK_UNREACHABLE);
            }
        }
        return key.outDevice == 0 ? towards(key, null, result) : bound(key, result);
    }

    /** {@code __ip_dev_find}: a whole subnet may be ours by the local table. */
    private @Nullable NetDevice owner(final long address) {
        final NetDevice device = devices.owner(Family.IPV4, 0, address);
        return device == null ? view.deviceOfLocal(address) : device;
    }

    private RouteError bound(final RouteKey key, final RouteResult result) {
        final NetDevice device = devices.at(key.outDevice);
        if (device == null) {
            return result.fail(RouteKind.UNREACHABLE, RouteError.NO_DEVICE);
        }
        if (InputRouting.isLocalMulticast(key.destinationLow)
                || key.destinationLow == LIMITED_BROADCAST
                || key.protocol == IGMP) {
            select(key, device, RouteScope.LINK);
            return leave(key, device, RouteType.UNICAST, null, result);
        }
        if (InputRouting.isMulticast(key.destinationLow)) {
            select(key, device, RouteScope.UNIVERSE);
        } else if (key.destinationLow == 0) {
            select(key, device, RouteScope.HOST);
        }
        return towards(key, device, result);
    }

    private void select(final RouteKey key, final NetDevice device, final RouteScope scope) {
        if (!key.hasSource()) {
            source(key, sources.ipv4(device, 0, scope.number()));
        }
    }

    private static void source(final RouteKey key, final @Nullable IpAddress address) {
        key.sourceLow = address == null ? 0 : address.low();
    }

    private RouteError towards(final RouteKey key, final @Nullable NetDevice device, final RouteResult result) {
        if (key.destinationLow == 0) {
            key.destinationLow = key.hasSource() ? key.sourceLow : LOOPBACK_ADDRESS;
            key.sourceLow = key.destinationLow;
            return leave(key, devices.loopback(), RouteType.LOCAL, null, result);
        }
        final RouteError error = rules.lookupIpv4(key, result.match);
        if (error != RouteError.NONE) {
            if (device == null) {
                return result.fail(RouteKind.UNREACHABLE, error);
            }
            // the tables are taken to be wrong: a device was asked for, so the destination is on its link
            result.match.clear();
            select(key, device, RouteScope.LINK);
            return leave(key, device, RouteType.UNICAST, null, result);
        }
        final FibEntry entry = result.match.found();
        if (entry.type == RouteType.LOCAL) {
            if (!key.hasSource()) {
                key.sourceLow = entry.prefersSource ? entry.sourceLow : key.destinationLow;
            }
            return leave(key, devices.loopback(), RouteType.LOCAL, null, result);
        }
        if (device == null) {
            multipath.ipv4(key, result.match, true);
        }
        final FibEntry.Hop hop = entry.hops[result.match.hop];
        if (!key.hasSource()) {
            preferredSource(key, entry, hop);
        }
        return leave(key, hop.device, entry.type, hop, result);
    }

    /** {@code fib_result_prefsrc}. */
    void preferredSource(final RouteKey key, final FibEntry entry, final FibEntry.Hop hop) {
        if (entry.prefersSource) {
            key.sourceLow = entry.sourceLow;
        } else {
            source(key, sources.ipv4(hop.device, (int) hop.gatewayLow, entry.scope));
        }
    }

    /** {@code __mkroute_output}. */
    private RouteError leave(
            final RouteKey key,
            final NetDevice device,
            final RouteType found,
            final FibEntry.@Nullable Hop hop,
            final RouteResult result) {
        if (InputRouting.isLoopback(key.sourceLow) && !device.loopback && !device.routeLocalnet
                || InputRouting.isZeroNet(key.destinationLow)) {
            return result.fail(RouteKind.UNREACHABLE, RouteError.INVALID);
        }
        RouteType type = found;
        if (key.destinationLow == LIMITED_BROADCAST) {
            type = RouteType.BROADCAST;
        } else if (InputRouting.isMulticast(key.destinationLow)) {
            type = RouteType.MULTICAST;
        }
        result.kind = RouteKind.OUTPUT;
        result.type = type;
        final FibEntry entry = result.match.entry;
        // a default route does not serve multicast as a gateway
        final boolean gatewayServes = type != RouteType.MULTICAST || entry == null || entry.prefixLength() >= 4;
        if (entry != null && hop != null && gatewayServes) {
            Routing.leave(key, entry, hop, result);
        } else {
            Routing.leaveOnLink(key, device, result);
        }
        result.looped = type == RouteType.BROADCAST
                || type == RouteType.MULTICAST && MulticastGroups.joinedIpv4(key.destinationLow);
        result.sourceLow = key.sourceLow;
        return RouteError.NONE;
    }
}
