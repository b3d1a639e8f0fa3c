// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.route;

import io.nfl.api.host.RouteScope;
import io.nfl.api.host.RouteType;
import io.nfl.api.net.Family;

/**
 * Whether an IPv4 packet may come from where it says, by the device it came by (net/ipv4/fib_frontend.c
 * {@code fib_validate_source}).
 */
final class SourceValidation {
    private final NetDevices devices;
    private final PolicyRules rules;
    private final boolean customLocalRoutes;
    private final RouteKey key = new RouteKey();
    private final FibMatch match = new FibMatch();
    private boolean onLink;

    SourceValidation(final NetDevices devices, final PolicyRules rules, final boolean customLocalRoutes) {
        this.devices = devices;
        this.rules = rules;
        this.customLocalRoutes = customLocalRoutes;
    }

    /** Whether the source last validated is a neighbour on the device: only then is it told of a better way. */
    boolean isOnLink() {
        return onLink;
    }

    /**
     * {@code fib_validate_source}.
     *
     * @param destinationLow what to look up as the source of the way back; 0 for broadcasts
     * @param outDevice index of the device the packet leaves by; 0 for local delivery
     */
    RouteError validate(final RouteKey forward, final long destinationLow, final int outDevice, final NetDevice in) {
        onLink = false;
        if (in.rpFilter == 0 && (in.index != outDevice || !in.sendsRedirects)) {
            if (in.acceptLocal) {
                return RouteError.NONE;
            }
            if (!customLocalRoutes && !rules.isCustom()) {
                return devices.owner(Family.IPV4, 0, forward.sourceLow) == null ? RouteError.NONE : RouteError.INVALID;
            }
        }
        return lookBack(forward, destinationLow, outDevice, in);
    }

    /** {@code __fib_validate_source}. */
    private RouteError lookBack(
            final RouteKey forward, final long destinationLow, final int outDevice, final NetDevice in) {
        reverse(forward, destinationLow, outDevice, in);
        if (rules.lookupIpv4(key, match) != RouteError.NONE) {
            return lastResort(in);
        }
        final FibEntry entry = match.found();
        if (entry.type != RouteType.UNICAST && (entry.type != RouteType.LOCAL || !in.acceptLocal)) {
            return RouteError.INVALID;
        }
        if (entry.uses(in) || entry.type == RouteType.LOCAL && in.loopback) {
            onLink = isNeighbour();
            return RouteError.NONE;
        }
        if (in.ipv4.isEmpty()) {
            return lastResort(in);
        }
        if (in.rpFilter == 1) {
            return RouteError.CROSS_DEVICE;
        }
        key.outDevice = in.index;
        if (rules.lookupIpv4(key, match) == RouteError.NONE && match.found().type == RouteType.UNICAST) {
            onLink = isNeighbour();
        }
        return RouteError.NONE;
    }

    private void reverse(final RouteKey forward, final long destinationLow, final int outDevice, final NetDevice in) {
        key.clear(Family.IPV4);
        key.sourceLow = destinationLow;
        key.destinationLow = forward.sourceLow;
        key.tos = forward.tos;
        key.mark = in.sourceValidMark ? forward.mark : 0;
        key.inDevice = outDevice != 0 ? outDevice : NetDevice.LOOPBACK_INDEX;
        key.protocol = forward.protocol;
        key.sourcePort = forward.destinationPort;
        key.destinationPort = forward.sourcePort;
    }

    private boolean isNeighbour() {
        return match.found().hops[match.hop].scope >= RouteScope.HOST.number();
    }

    private static RouteError lastResort(final NetDevice in) {
        return in.rpFilter == 0 ? RouteError.NONE : RouteError.CROSS_DEVICE;
    }
}
