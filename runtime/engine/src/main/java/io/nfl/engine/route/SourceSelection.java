// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.route;

import io.nfl.api.host.RouteScope;
import io.nfl.api.net.IpAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which of the host's addresses a packet is sent from (net/ipv4/devinet.c {@code inet_select_addr}; net/ipv6/addrconf.c
 * {@code ipv6_dev_get_saddr}, RFC 6724).
 */
final class SourceSelection {
    private final NetDevices devices;

    SourceSelection(final NetDevices devices) {
        this.devices = devices;
    }

    /**
     * {@code inet_select_addr}.
     *
     * @param towards an address whose subnet is preferred; 0: none
     * @param scope no narrower address will do ({@code RT_SCOPE_*})
     */
    @Nullable
    IpAddress ipv4(final NetDevice device, final int towards, final int scope) {
        final int localnet = (device.routeLocalnet ? RouteScope.LINK : RouteScope.HOST).number();
        IpAddress first = null;
        for (int i = 0; i < device.ipv4.size(); i++) {
            final NetDevice.Ipv4Address address = device.ipv4.get(i);
            if (address.secondary() || Math.min(address.scope().number(), localnet) > scope) {
                continue;
            }
            if (towards == 0 || address.covers(towards)) {
                return address.address();
            }
            first = first == null ? address.address() : first;
        }
        return first != null ? first : ofAnyDevice(scope);
    }

    /** {@code in_dev_select_addr} over all devices, lo first. */
    private @Nullable IpAddress ofAnyDevice(final int scope) {
        final List<NetDevice> all = devices.all();
        for (int i = 0; i < all.size(); i++) {
            final List<NetDevice.Ipv4Address> addresses = all.get(i).ipv4;
            for (int j = 0; j < addresses.size(); j++) {
                final NetDevice.Ipv4Address address = addresses.get(j);
                if (!address.secondary()
                        && address.scope() != RouteScope.LINK
                        && address.scope().number() <= scope) {
                    return address.address();
                }
            }
        }
        return null;
    }

    /** {@code ipv6_dev_get_saddr}. @param device the outgoing one; null for none in particular */
    @Nullable
    IpAddress ipv6(final @Nullable NetDevice device, final long high, final long low) {
        final int scope = Ipv6Scope.ofSource(high, low);
        final int label = Ipv6Label.of(high, low);
        final int out = device == null ? 0 : device.index;
        final boolean ownOnly = device != null
                && (Ipv6Scope.isMulticast(high) || scope <= Ipv6Scope.LINK_LOCAL || device.ownAddressesOnly);
        NetDevice.Ipv6Address leader = null;
        for (int i = 0; i < devices.all().size(); i++) {
            final NetDevice candidate = devices.all().get(i);
            for (int j = 0; j < candidate.ipv6.size() && (!ownOnly || candidate.index == out); j++) {
                final NetDevice.Ipv6Address address = candidate.ipv6.get(j);
                if (leader == null || prefers(address, leader, out, high, low, scope, label)) {
                    leader = address;
                }
            }
        }
        return leader == null ? null : leader.address();
    }

    /** {@code ipv6_get_saddr_eval}, rule by rule: a later address wins only if a rule says so. */
    private static boolean prefers(
            final NetDevice.Ipv6Address address,
            final NetDevice.Ipv6Address leader,
            final int out,
            final long high,
            final long low,
            final int scope,
            final int label) {
        int order = Boolean.compare(equal(address, high, low), equal(leader, high, low));
        if (order == 0) {
            order = Integer.compare(scopeScore(address.scope(), scope), scopeScore(leader.scope(), scope));
        }
        if (order == 0 && out != 0) {
            order = Boolean.compare(address.device() == out, leader.device() == out);
        }
        if (order == 0) {
            order = Boolean.compare(address.label() == label, leader.label() == label);
        }
        if (order == 0) {
            order = Integer.compare(matchLength(address, high, low), matchLength(leader, high, low));
        }
        return order > 0;
    }

    private static boolean equal(final NetDevice.Ipv6Address address, final long high, final long low) {
        return address.address().high() == high && address.address().low() == low;
    }

    /** {@code IPV6_SADDR_RULE_SCOPE}: the narrowest that is wide enough, else the widest. */
    private static int scopeScore(final int own, final int wanted) {
        return own >= wanted ? -own : own - 128;
    }

    private static int matchLength(final NetDevice.Ipv6Address address, final long high, final long low) {
        final int inHigh = Long.numberOfLeadingZeros(address.address().high() ^ high);
        final int common = inHigh < 64
                ? inHigh
                : 64 + Long.numberOfLeadingZeros(address.address().low() ^ low);
        return Math.min(common, address.declared().prefixLength());
    }
}
