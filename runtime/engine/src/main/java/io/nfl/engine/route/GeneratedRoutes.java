// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.route;

import io.nfl.api.host.NextHop;
import io.nfl.api.host.Route;
import io.nfl.api.host.RouteScope;
import io.nfl.api.host.RouteType;
import io.nfl.api.host.RoutingTables;
import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.api.net.Prefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The routes the kernel makes of addresses (net/ipv4/fib_frontend.c {@code fib_add_ifaddr}; net/ipv6/addrconf.c
 * {@code addrconf_prefix_route}, {@code addrconf_join_anycast}, {@code addrconf_add_mroute}).
 */
final class GeneratedRoutes {
    private static final int IPV6_PREFIX_METRIC = 256;
    private static final Prefix IPV6_MULTICAST = new Prefix(IpAddress.parse("ff00::"), 8);

    private final List<FibEntry> entries = new ArrayList<>();

    private GeneratedRoutes() {}

    static List<FibEntry> of(final Family family, final NetDevices devices) {
        final GeneratedRoutes routes = new GeneratedRoutes();
        for (final NetDevice device : devices.all()) {
            if (family == Family.IPV4) {
                device.ipv4.forEach(address -> routes.ipv4(device, address));
            } else {
                routes.ipv6(device);
            }
        }
        return routes.entries;
    }

    private void ipv4(final NetDevice device, final NetDevice.Ipv4Address address) {
        final Prefix network = address.declared().network();
        final Optional<IpAddress> source = Optional.of(device.primaryOf(address).address());
        add(device, RouteType.LOCAL, Prefix.host(address.address()), RoutingTables.LOCAL, RouteScope.HOST, 0, source);
        final int length = address.declared().prefixLength();
        final boolean zero = InputRouting.isZeroNet(network.address().low());
        if (zero || address.secondary() || length == 32) {
            return;
        }
        if (device.loopback) {
            add(device, RouteType.LOCAL, network, RoutingTables.LOCAL, RouteScope.HOST, 0, source);
        } else {
            add(device, RouteType.UNICAST, network, RoutingTables.MAIN, RouteScope.LINK, 0, source);
        }
        if (length < 31) {
            final Prefix last = Prefix.host(network.last());
            add(device, RouteType.BROADCAST, last, RoutingTables.LOCAL, RouteScope.LINK, 0, source);
        }
    }

    private void ipv6(final NetDevice device) {
        for (final NetDevice.Ipv6Address address : device.ipv6) {
            final Prefix network = address.declared().network();
            final Prefix host = Prefix.host(address.address());
            ipv6(device, RouteType.LOCAL, host, RoutingTables.LOCAL, 0);
            ipv6(device, RouteType.UNICAST, network, RoutingTables.MAIN, IPV6_PREFIX_METRIC);
            // RFC 6164: no subnet-router anycast address on a link of two
            final boolean hasAnycast = network.length() < 127
                    && (network.address().high() | network.address().low()) != 0;
            if (device.forwardingV6 && hasAnycast) {
                ipv6(device, RouteType.ANYCAST, Prefix.host(network.address()), RoutingTables.LOCAL, 0);
            }
        }
        if (!device.loopback) {
            ipv6(device, RouteType.MULTICAST, IPV6_MULTICAST, RoutingTables.LOCAL, IPV6_PREFIX_METRIC);
        }
    }

    private void ipv6(
            final NetDevice device, final RouteType type, final Prefix to, final int table, final int metric) {
        add(device, type, to, table, RouteScope.UNIVERSE, metric, Optional.empty());
    }

    private void add(
            final NetDevice device,
            final RouteType type,
            final Prefix to,
            final int table,
            final RouteScope scope,
            final int metric,
            final Optional<IpAddress> source) {
        final NextHop hop = new NextHop(Optional.empty(), Optional.of(device.name), 1, false);
        final Route route =
                new Route(type, to, List.of(hop), table, metric, 0, source, Optional.of(scope), Optional.empty());
        final RouteScope hopScope = type == RouteType.LOCAL ? RouteScope.NOWHERE : RouteScope.HOST;
        entries.add(new FibEntry(route, scope, metric, List.of(FibEntry.Hop.onLink(device, hopScope))));
    }
}
