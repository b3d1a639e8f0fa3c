// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.route;

import io.nfl.api.host.RouteType;

/** Where an IPv4 packet goes that came in (net/ipv4/route.c {@code ip_route_input_slow}). */
final class InputRouting {
    private static final long LIMITED_BROADCAST = 0xFFFF_FFFFL;
    private static final int IGMP = 2;

    private final NetDevices devices;
    private final PolicyRules rules;
    private final SourceValidation validation;
    private final MultipathSelection multipath;

    InputRouting(
            final NetDevices devices,
            final PolicyRules rules,
            final SourceValidation validation,
            final MultipathSelection multipath) {
        this.devices = devices;
        this.rules = rules;
        this.validation = validation;
        this.multipath = multipath;
    }

    /** The key names the packet and the device it came by. */
    void route(final RouteKey key, final NetDevice in, final RouteResult result) {
        if (isMulticast(key.destinationLow)) {
            multicast(key, in, result);
            return;
        }
        final long source = key.sourceLow;
        final long destination = key.destinationLow;
        if (isMulticast(source) || source == LIMITED_BROADCAST) {
            result.fail(RouteKind.DISCARD, RouteError.INVALID);
        } else if (destination == LIMITED_BROADCAST || source == 0 && destination == 0) {
            broadcast(key, in, result);
        } else if (isZeroNet(source) || isZeroNet(destination)) {
            result.fail(RouteKind.DISCARD, RouteError.INVALID);
        } else if ((isLoopback(source) || isLoopback(destination)) && !in.routeLocalnet) {
            result.fail(RouteKind.DISCARD, RouteError.INVALID);
        } else {
            lookup(key, in, result);
        }
    }

    /** {@code ip_route_input_mc}: there is no multicast router here, only joined groups are delivered. */
    private void multicast(final RouteKey key, final NetDevice in, final RouteResult result) {
        final long source = key.sourceLow;
        final boolean refused = !MulticastGroups.joinedIpv4(key.destinationLow)
                || isMulticast(source)
                || source == LIMITED_BROADCAST
                || isLoopback(source) && !in.routeLocalnet
                || isZeroNet(source) && !isLocalMulticast(key.destinationLow) && key.protocol != IGMP;
        if (refused) {
            result.fail(RouteKind.DISCARD, RouteError.INVALID);
            return;
        }
        final RouteError error = isZeroNet(source) ? RouteError.NONE : validation.validate(key, 0, 0, in);
        deliver(RouteType.MULTICAST, error, in, result);
    }

    private void lookup(final RouteKey key, final NetDevice in, final RouteResult result) {
        final RouteError error = rules.lookupIpv4(key, result.match);
        if (error != RouteError.NONE) {
            unreachable(in, error, result);
            return;
        }
        final FibEntry entry = result.match.found();
        if (entry.type == RouteType.BROADCAST) {
            if (in.forwardsBroadcast) {
                forward(key, in, result);
            } else {
                broadcast(key, in, result);
            }
        } else if (entry.type == RouteType.LOCAL) {
            deliver(RouteType.LOCAL, validation.validate(key, key.destinationLow, 0, in), in, result);
        } else if (!in.forwarding) {
            result.forwardingOff = true;
            unreachable(in, RouteError.HOST_UNREACHABLE, result);
        } else if (entry.type != RouteType.UNICAST) {
            result.fail(RouteKind.DISCARD, RouteError.INVALID);
        } else {
            forward(key, in, result);
        }
    }

    /** {@code ip_error}: silent where forwarding is off. */
    private static void unreachable(final NetDevice in, final RouteError error, final RouteResult result) {
        result.icmp = in.forwarding;
        result.type = RouteType.UNREACHABLE;
        result.fail(RouteKind.UNREACHABLE, in.forwarding ? error : RouteError.HOST_UNREACHABLE);
    }

    private void broadcast(final RouteKey key, final NetDevice in, final RouteResult result) {
        final RouteError error = isZeroNet(key.sourceLow) ? RouteError.NONE : validation.validate(key, 0, 0, in);
        deliver(RouteType.BROADCAST, error, in, result);
    }

    private void deliver(final RouteType type, final RouteError error, final NetDevice in, final RouteResult result) {
        if (error != RouteError.NONE) {
            result.fail(RouteKind.DISCARD, error);
            return;
        }
        result.kind = RouteKind.LOCAL;
        result.type = type;
        result.device = devices.loopback();
        result.mtu = in.mtu;
    }

    /** {@code ip_mkroute_input}. */
    private void forward(final RouteKey key, final NetDevice in, final RouteResult result) {
        multipath.ipv4(key, result.match, false);
        final FibEntry entry = result.match.found();
        final FibEntry.Hop hop = entry.hops[result.match.hop];
        final RouteError error = validation.validate(key, key.destinationLow, hop.device.index, in);
        if (error != RouteError.NONE) {
            result.fail(RouteKind.DISCARD, error);
            return;
        }
        result.kind = RouteKind.FORWARD;
        result.type = entry.type;
        Routing.leave(key, entry, hop, result);
        result.redirect = hop.device == in
                && validation.isOnLink()
                && in.sendsRedirects
                && (in.sharedMedia || sharesSubnet(in, key.sourceLow, hop.gatewayLow));
    }

    /** {@code inet_addr_onlink}: whether a subnet of the device has both; a gateway of 0 is everywhere. */
    private static boolean sharesSubnet(final NetDevice device, final long first, final long second) {
        for (int i = 0; i < device.ipv4.size(); i++) {
            final NetDevice.Ipv4Address address = device.ipv4.get(i);
            if (address.covers((int) first)) {
                if (second == 0 || address.covers((int) second)) {
                    return true;
                }
            }
        }
        return false;
    }

    static boolean isMulticast(final long address) {
        return address >>> 28 == 0xE;
    }

    /** 224.0.0.0/24. */
    static boolean isLocalMulticast(final long address) {
        return address >>> 8 == 0xE0_0000;
    }

    /** {@code ipv4_is_zeronet}: since Linux 5.3 the rest of 0.0.0.0/8 is as good as any address. */
    static boolean isZeroNet(final long address) {
        return address == 0;
    }

    static boolean isLoopback(final long address) {
        return address >>> 24 == 127;
    }
}
