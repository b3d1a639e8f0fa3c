// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.nat;

import io.nfl.api.net.IpAddress;
import io.nfl.engine.packet.Packet;

/** Scopes of IPv6 addresses ({@code __ipv6_addr_type} of net/ipv6/addrconf_core.c), as REDIRECT compares them. */
final class AddressScope {
    private enum Scope {
        /** {@code ipv6_addr_scope} of a global address is 0: it matches all. */
        GLOBAL,
        LINK,
        SITE,
        HOST
    }

    private AddressScope() {}

    /** {@code nf_nat_redirect_ipv6_usable}: whether the address may stand for the packet's destination. */
    static boolean matches(final IpAddress address, final Packet packet) {
        final boolean mapped = address.high() == 0 && address.low() >>> 32 == 0xFFFF;
        final Scope wanted = scope(packet.ipv6DestinationHigh(), packet.ipv6DestinationLow());
        return !mapped && (wanted == Scope.GLOBAL || scope(address.high(), address.low()) == wanted);
    }

    /** {@code ipv6_addr_scope2type}. */
    private static Scope ofGroup(final int scope) {
        return switch (scope) {
            case 1 -> Scope.HOST;
            case 2 -> Scope.LINK;
            case 5 -> Scope.SITE;
            default -> Scope.GLOBAL;
        };
    }

    private static Scope scope(final long high, final long low) {
        if (high >>> 56 == 0xFF) {
            return ofGroup((int) (high >>> 48) & 0xF);
        }
        if (high == 0 && low == 1) {
            return Scope.HOST;
        }
        return switch ((int) (high >>> 54)) {
            case 0xFE80 >>> 6 -> Scope.LINK;
            case 0xFEC0 >>> 6 -> Scope.SITE;
            default -> Scope.GLOBAL;
        };
    }
}
