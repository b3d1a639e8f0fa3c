// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.route;

import io.nfl.api.host.NextHop;
import io.nfl.api.host.Route;
import io.nfl.api.host.RouteScope;
import io.nfl.api.host.RouteType;
import io.nfl.api.host.RoutingTables;
import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Turns declared routes into entries in their order, resolving gateways to devices as the kernel does when a route is
 * added (net/ipv4/fib_semantics.c {@code fib_check_nh}; net/ipv6/route.c {@code ip6_route_check_nh}).
 */
final class DeclaredRoutes {
    /** {@code IP6_RT_PRIO_USER}. */
    private static final int IPV6_METRIC = 1024;

    private final Family family;
    private final NetDevices devices;
    private final LinkStates links;
    private final Map<Integer, List<FibEntry>> tables = new HashMap<>();
    private final Map<Route, List<FibEntry.Hop>> resolved = new HashMap<>();

    DeclaredRoutes(final Family family, final NetDevices devices, final LinkStates links) {
        this.family = family;
        this.devices = devices;
        this.links = links;
        for (final FibEntry entry : GeneratedRoutes.of(family, devices)) {
            if (entry.type == RouteType.LOCAL || !links.isDown(entry.hops[0].device.name)) {
                put(entry);
            }
        }
    }

    private void put(final FibEntry entry) {
        tables.computeIfAbsent(entry.route.table(), number -> new ArrayList<>()).add(entry);
    }

    void add(final Route route) {
        final int metric = family == Family.IPV6 && route.metric() == 0 ? IPV6_METRIC : route.metric();
        final RouteScope scope = route.scope().orElseGet(() -> usualScope(route));
        final List<FibEntry.Hop> hops = new ArrayList<>();
        for (final NextHop hop : route.nextHops()) {
            if (!isDead(route, hop)) {
                hops.add(resolve(route, hop, scope));
            }
        }
        resolved.put(route, hops);
        if (hops.isEmpty() && family == Family.IPV6) {
            hops.add(FibEntry.Hop.onLink(devices.loopback(), RouteScope.HOST));
        }
        final FibEntry entry = new FibEntry(route, scope, metric, hops);
        refuseSecond(entry);
        put(entry);
    }

    /** {@code RTNH_F_DEAD}: of a route by several devices those that are down rest. */
    private boolean isDead(final Route route, final NextHop hop) {
        if (route.nextHops().size() == 1) {
            return false;
        }
        return hop.device()
                .map(links::isDown)
                .orElseGet(() -> hop.gateway()
                        .map(gateway -> links.onLinkOfDown(gateway))
                        .orElse(false));
    }

    /** Whether all that is left of a route leads by the device. */
    boolean leadsBy(final Route route, final String device) {
        final List<FibEntry.Hop> hops = resolved.getOrDefault(route, List.of());
        return !hops.isEmpty()
                && !route.nextHops().isEmpty()
                && hops.stream().allMatch(hop -> hop.device.name.equals(device));
    }

    /** Which of several equal routes the kernel takes depends on neighbour states ({@code fib_select_default}). */
    private void refuseSecond(final FibEntry entry) {
        for (final FibEntry other : tables.getOrDefault(entry.route.table(), List.of())) {
            if (other.route.destination().equals(entry.route.destination())
                    && other.metric == entry.metric
                    && other.tos == entry.tos) {
                throw new HostRefusedException("two routes to " + entry.route.destination() + " in table "
                        + entry.route.table() + " with equal metric and tos");
            }
        }
    }

    /** iproute2, iproute.c: what {@code ip route add} sends when no scope is given. */
    private static RouteScope usualScope(final Route route) {
        return switch (route.type()) {
            case LOCAL -> RouteScope.HOST;
            case BROADCAST, MULTICAST, ANYCAST -> RouteScope.LINK;
            case UNICAST ->
                route.nextHops().size() == 1
                                && route.nextHops().get(0).gateway().isEmpty()
                        ? RouteScope.LINK
                        : RouteScope.UNIVERSE;
            case BLACKHOLE, UNREACHABLE, PROHIBIT, THROW -> RouteScope.UNIVERSE;
        };
    }

    private FibEntry.Hop resolve(final Route route, final NextHop hop, final RouteScope scope) {
        final Optional<IpAddress> gateway = hop.gateway();
        if (gateway.isEmpty()) {
            final NetDevice device = devices.get(hop.device()
                    .orElseThrow(() -> new HostRefusedException("a route with neither gateway nor device")));
            final RouteScope hopScope = scope == RouteScope.HOST ? RouteScope.NOWHERE : RouteScope.HOST;
            return new FibEntry.Hop(device, false, 0, 0, hop.weight(), hopScope.number());
        }
        final IpAddress address = gateway.get();
        if (address.family() != family) {
            throw new HostRefusedException("gateway " + address + " of another family than " + route.destination());
        }
        final NetDevice device = hop.onLink()
                        || family == Family.IPV6 && hop.device().isPresent()
                ? devices.get(hop.device().orElseThrow(() -> new HostRefusedException("onlink without a device")))
                : gatewayDevice(route, hop, address);
        return new FibEntry.Hop(device, true, address.high(), address.low(), hop.weight(), RouteScope.LINK.number());
    }

    private NetDevice gatewayDevice(final Route route, final NextHop hop, final IpAddress gateway) {
        final int wanted = hop.device().map(name -> devices.get(name).index).orElse(0);
        FibMatch match = lookup(route.table(), gateway, wanted);
        if (match == null) {
            match = lookup(RoutingTables.LOCAL, gateway, wanted);
        }
        if (match == null) {
            match = lookup(RoutingTables.MAIN, gateway, wanted);
        }
        if (match == null || match.found().type != RouteType.UNICAST) {
            throw new HostRefusedException("gateway " + gateway + " of " + route.destination() + " is not on a link");
        }
        return match.found().hops[match.hop].device;
    }

    private @Nullable FibMatch lookup(final int table, final IpAddress gateway, final int device) {
        final Fib fib = Fib.of(
                family,
                tables.getOrDefault(table, List.of()).stream()
                        .filter(entry -> family == Family.IPV6 || entry.scope >= RouteScope.LINK.number())
                        .toList());
        final RouteKey key = new RouteKey();
        key.clear(family);
        key.destination(gateway);
        key.outDevice = device;
        final FibMatch match = new FibMatch();
        final RouteError error = family == Family.IPV4
                ? fib.lookupIpv4(key, match)
                : fib.lookupIpv6(key, device, DeviceChoice.of(device != 0), match);
        return error == RouteError.NONE ? match : null;
    }

    Map<Integer, Fib> fibs() {
        final Map<Integer, Fib> fibs = new HashMap<>();
        tables.forEach((number, entries) -> fibs.put(number, Fib.of(family, entries)));
        return fibs;
    }

    /**
     * IPv4 keeps local and main in one trie until the first rule is added ({@code fib_trie_unmerge}): a longer prefix
     * in main wins over a shorter one in local.
     */
    Fib merged() {
        final List<FibEntry> both = new ArrayList<>(tables.getOrDefault(RoutingTables.LOCAL, List.of()));
        both.addAll(tables.getOrDefault(RoutingTables.MAIN, List.of()));
        return Fib.of(family, both);
    }
}
