// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.route;

import io.nfl.api.host.Route;
import io.nfl.api.host.RouteScope;
import io.nfl.api.host.RouteType;
import io.nfl.api.net.IpAddress;
import java.util.List;

/** A route ready for lookup: next hops resolved to devices ({@code struct fib_alias} with {@code fib_info}). */
final class FibEntry {
    final Route route;
    final RouteType type;
    final int scope;
    final int metric;
    final int tos;
    final boolean prefersSource;
    final long sourceHigh;
    final long sourceLow;
    /** 0: the device's. */
    final int mtu;

    final Hop[] hops;

    /** @param metric the effective one: IPv6 has defaults of its own */
    FibEntry(final Route route, final RouteScope scope, final int metric, final List<Hop> hops) {
        this.route = route;
        this.type = route.type();
        this.scope = scope.number();
        this.metric = metric;
        this.tos = route.tos();
        this.prefersSource = route.preferredSource().isPresent();
        this.sourceHigh = route.preferredSource().map(IpAddress::high).orElse(0L);
        this.sourceLow = route.preferredSource().map(IpAddress::low).orElse(0L);
        this.mtu = route.mtu().orElse(0);
        this.hops = hops.toArray(new Hop[0]);
        Hop.rebalance(this.hops);
    }

    int prefixLength() {
        return route.destination().length();
    }

    /** {@code fib_props}, {@code ip6_rt_type_to_error}. */
    RouteError error() {
        return switch (type) {
            case UNICAST, LOCAL, BROADCAST, ANYCAST, MULTICAST -> RouteError.NONE;
            case BLACKHOLE -> RouteError.INVALID;
            case UNREACHABLE -> RouteError.HOST_UNREACHABLE;
            case PROHIBIT -> RouteError.PROHIBITED;
            case THROW -> RouteError.AGAIN;
        };
    }

    /** {@code ipv6_anycast_destination}: nobody in particular; the first address of a network counts as such. */
    boolean isAnycast(final int hop, final RouteKey key) {
        final IpAddress first = route.destination().address();
        return type == RouteType.ANYCAST
                || type == RouteType.UNICAST
                        && prefixLength() < 127
                        && !hops[hop].gateway
                        && first.high() == key.destinationHigh
                        && first.low() == key.destinationLow;
    }

    /** {@code fib_info_nh_uses_dev}. */
    boolean uses(final NetDevice device) {
        for (final Hop hop : hops) {
            if (hop.device == device) {
                return true;
            }
        }
        return false;
    }

    /** One next hop ({@code struct fib_nh_common}). */
    static final class Hop {
        final NetDevice device;
        final boolean gateway;
        final long gatewayHigh;
        final long gatewayLow;
        final int weight;
        /** {@code nhc_scope}: HOST for a destination on the link, LINK behind a gateway, NOWHERE for our own. */
        final int scope;
        /** {@code nh_upper_bound}: the highest hash that this hop, or one before it, takes. */
        private long upperBound;

        Hop(
                final NetDevice device,
                final boolean gateway,
                final long gatewayHigh,
                final long gatewayLow,
                final int weight,
                final int scope) {
            this.device = device;
            this.gateway = gateway;
            this.gatewayHigh = gatewayHigh;
            this.gatewayLow = gatewayLow;
            this.weight = weight;
            this.scope = scope;
        }

        static Hop onLink(final NetDevice device, final RouteScope scope) {
            return new Hop(device, false, 0, 0, 1, scope.number());
        }

        boolean takes(final int hash) {
            return hash <= upperBound;
        }

        /** {@code fib_rebalance}: 31 bits of hash shared out by weight, rounded to the nearest. */
        private static void rebalance(final Hop[] hops) {
            long total = 0;
            for (final Hop hop : hops) {
                total += hop.weight;
            }
            long sum = 0;
            for (final Hop hop : hops) {
                sum += hop.weight;
                hop.upperBound = ((sum << 31) + total / 2) / total - 1;
            }
        }
    }
}
