// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.route;

import io.nfl.api.host.RouteType;
import io.nfl.api.net.IpAddress;
import org.jspecify.annotations.Nullable;

/** Where IPv6 packets go (net/ipv6/route.c {@code ip6_route_input}, {@code ip6_route_output_flags}; ip6_output.c). */
final class Ipv6Routing {
    /** {@code IP6_MAX_MTU}. */
    private static final int MAX_MTU = 0xFFFF + 40;

    private final NetDevices devices;
    private final PolicyRules rules;
    private final SourceSelection sources;
    private final MultipathSelection multipath;
    private final boolean forwarding;

    Ipv6Routing(
            final NetDevices devices,
            final PolicyRules rules,
            final SourceSelection sources,
            final MultipathSelection multipath,
            final boolean forwarding) {
        this.devices = devices;
        this.rules = rules;
        this.sources = sources;
        this.multipath = multipath;
        this.forwarding = forwarding;
    }

    /** The key names the packet and the device it came by. */
    void input(final RouteKey key, final NetDevice in, final RouteResult result) {
        final boolean strict = Ipv6Scope.needsDevice(key.destinationHigh, key.destinationLow);
        final RouteError error = lookup(key, in.index, strict, result);
        if (error != RouteError.NONE) {
            result.icmp = true;
            result.type = RouteType.UNREACHABLE;
            result.fail(RouteKind.UNREACHABLE, error);
            return;
        }
        final FibEntry entry = result.match.found();
        final FibEntry.Hop hop = entry.hops[result.match.hop];
        if (entry.type == RouteType.LOCAL || entry.type == RouteType.ANYCAST) {
            deliver(entry.type, in, result);
        } else if (Ipv6Scope.isMulticast(key.destinationHigh)) {
            if (MulticastGroups.joinedIpv6(in, key.destinationHigh, key.destinationLow)) {
                deliver(RouteType.MULTICAST, in, result);
            } else {
                result.fail(RouteKind.DISCARD, RouteError.INVALID);
            }
        } else if (forwarding || in.forceForwardingV6) {
            result.kind = RouteKind.FORWARD;
            Routing.leave(key, entry, hop, result);
            result.redirect = hop.device == in;
        } else {
            // ip6_forward drops without a word
            result.forwardingOff = true;
            result.fail(RouteKind.DISCARD, RouteError.HOST_UNREACHABLE);
        }
    }

    private void deliver(final RouteType type, final NetDevice in, final RouteResult result) {
        result.kind = RouteKind.LOCAL;
        result.type = type;
        result.device = devices.loopback();
        result.mtu = in.mtu;
    }

    private RouteError lookup(final RouteKey key, final int device, final boolean strict, final RouteResult result) {
        final RouteError error = rules.lookupIpv6(key, device, DeviceChoice.of(strict), result.match);
        if (error == RouteError.NONE) {
            multipath.ipv6(key, device, strict, result.match);
        }
        return error;
    }

    /** {@code ip6_dst_lookup_tail}: a route first, its source then, and a second try with that source. */
    RouteError output(final RouteKey key, final RouteResult result) {
        if (key.hasSource()) {
            return outputFrom(key, key.outDevice != 0 && key.anySource, result);
        }
        RouteError error = outputFrom(key, key.outDevice != 0, result);
        final FibEntry entry = error == RouteError.NONE ? result.match.found() : null;
        if (entry != null && entry.prefersSource) {
            key.sourceHigh = entry.sourceHigh;
            key.sourceLow = entry.sourceLow;
        } else {
            final IpAddress source = sources.ipv6(
                    entry == null ? null : entry.hops[result.match.hop].device,
                    key.destinationHigh,
                    key.destinationLow);
            if (source == null) {
                return result.fail(RouteKind.UNREACHABLE, RouteError.NO_ADDRESS);
            }
            key.source(source);
        }
        if (error != RouteError.NONE) {
            error = outputFrom(key, key.outDevice != 0, result);
        }
        result.sourceHigh = key.sourceHigh;
        result.sourceLow = key.sourceLow;
        return error;
    }

    /** {@code ip6_route_output_flags}. */
    RouteError outputFrom(final RouteKey key, final boolean bound, final RouteResult result) {
        final boolean strict = bound || Ipv6Scope.needsDevice(key.destinationHigh, key.destinationLow);
        final RouteError error = lookup(key, key.outDevice, strict, result);
        if (error != RouteError.NONE) {
            return result.fail(RouteKind.UNREACHABLE, error);
        }
        final FibEntry entry = result.match.found();
        final FibEntry.Hop hop = entry.hops[result.match.hop];
        result.kind = RouteKind.OUTPUT;
        result.error = RouteError.NONE;
        result.type = Ipv6Scope.isMulticast(key.destinationHigh) ? RouteType.MULTICAST : entry.type;
        Routing.leave(key, entry, hop, result);
        if (entry.type == RouteType.LOCAL || entry.type == RouteType.ANYCAST) {
            // ip6_rt_get_dev_rcu: what is for this host leaves by lo
            result.device = devices.loopback();
            result.mtu = Math.min(devices.loopback().mtu, MAX_MTU);
        }
        result.looped = result.type == RouteType.MULTICAST
                && MulticastGroups.joinedIpv6(hop.device, key.destinationHigh, key.destinationLow);
        result.sourceHigh = key.sourceHigh;
        result.sourceLow = key.sourceLow;
        return RouteError.NONE;
    }

    /**
     * The best address of the device the cause came by; none where the route has one for itself
     * ({@code icmpv6_rt_has_prefsrc}).
     */
    @Nullable
    IpAddress errorSource(final RouteKey key, final @Nullable NetDevice in, final RouteResult result) {
        final boolean strict = Ipv6Scope.needsDevice(key.destinationHigh, key.destinationLow);
        final RouteError error = rules.lookupIpv6(key, key.outDevice, DeviceChoice.of(strict), result.match);
        if (error == RouteError.NONE
                && result.match.found().route.preferredSource().isPresent()) {
            return null;
        }
        return in == null ? null : sources.ipv6(in, key.destinationHigh, key.destinationLow);
    }
}
