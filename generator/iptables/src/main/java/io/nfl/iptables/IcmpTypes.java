// SPDX-License-Identifier: Apache-2.0
package io.nfl.iptables;

import io.nfl.api.net.Family;
import io.nfl.ir.Match;
import java.util.Map;
import java.util.Optional;

/** ICMP types and codes by the names that iptables takes (iptables/extensions/libxt_icmp.h). */
final class IcmpTypes {
    /** A type and a range of codes. */
    record TypeAndCodes(int type, int codeLow, int codeHigh) {
        static TypeAndCodes all(final int type) {
            return new TypeAndCodes(type, 0, 0xFF);
        }

        static TypeAndCodes one(final int type, final int code) {
            return new TypeAndCodes(type, code, code);
        }
    }

    private static final Map<String, TypeAndCodes> IPV4 = Map.ofEntries(
            Map.entry("any", TypeAndCodes.all(Match.Icmp.ANY_TYPE)),
            Map.entry("echo-reply", TypeAndCodes.all(0)),
            Map.entry("pong", TypeAndCodes.all(0)),
            Map.entry("destination-unreachable", TypeAndCodes.all(3)),
            Map.entry("network-unreachable", TypeAndCodes.one(3, 0)),
            Map.entry("host-unreachable", TypeAndCodes.one(3, 1)),
            Map.entry("protocol-unreachable", TypeAndCodes.one(3, 2)),
            Map.entry("port-unreachable", TypeAndCodes.one(3, 3)),
            Map.entry("fragmentation-needed", TypeAndCodes.one(3, 4)),
            Map.entry("source-route-failed", TypeAndCodes.one(3, 5)),
            Map.entry("network-unknown", TypeAndCodes.one(3, 6)),
            Map.entry("host-unknown", TypeAndCodes.one(3, 7)),
            Map.entry("network-prohibited", TypeAndCodes.one(3, 9)),
            Map.entry("host-prohibited", TypeAndCodes.one(3, 10)),
            Map.entry("TOS-network-unreachable", TypeAndCodes.one(3, 11)),
            Map.entry("TOS-host-unreachable", TypeAndCodes.one(3, 12)),
            Map.entry("communication-prohibited", TypeAndCodes.one(3, 13)),
            Map.entry("host-precedence-violation", TypeAndCodes.one(3, 14)),
            Map.entry("precedence-cutoff", TypeAndCodes.one(3, 15)),
            Map.entry("source-quench", TypeAndCodes.all(4)),
            Map.entry("redirect", TypeAndCodes.all(5)),
            Map.entry("network-redirect", TypeAndCodes.one(5, 0)),
            Map.entry("host-redirect", TypeAndCodes.one(5, 1)),
            Map.entry("TOS-network-redirect", TypeAndCodes.one(5, 2)),
            Map.entry("TOS-host-redirect", TypeAndCodes.one(5, 3)),
            Map.entry("echo-request", TypeAndCodes.all(8)),
            Map.entry("ping", TypeAndCodes.all(8)),
            Map.entry("router-advertisement", TypeAndCodes.all(9)),
            Map.entry("router-solicitation", TypeAndCodes.all(10)),
            Map.entry("time-exceeded", TypeAndCodes.all(11)),
            Map.entry("ttl-exceeded", TypeAndCodes.all(11)),
            Map.entry("ttl-zero-during-transit", TypeAndCodes.one(11, 0)),
            Map.entry("ttl-zero-during-reassembly", TypeAndCodes.one(11, 1)),
            Map.entry("parameter-problem", TypeAndCodes.all(12)),
            Map.entry("ip-header-bad", TypeAndCodes.one(12, 0)),
            Map.entry("required-option-missing", TypeAndCodes.one(12, 1)),
            Map.entry("timestamp-request", TypeAndCodes.all(13)),
            Map.entry("timestamp-reply", TypeAndCodes.all(14)),
            Map.entry("address-mask-request", TypeAndCodes.all(17)),
            Map.entry("address-mask-reply", TypeAndCodes.all(18)));

    private static final Map<String, TypeAndCodes> IPV6 = Map.ofEntries(
            Map.entry("destination-unreachable", TypeAndCodes.all(1)),
            Map.entry("no-route", TypeAndCodes.one(1, 0)),
            Map.entry("communication-prohibited", TypeAndCodes.one(1, 1)),
            Map.entry("beyond-scope", TypeAndCodes.one(1, 2)),
            Map.entry("address-unreachable", TypeAndCodes.one(1, 3)),
            Map.entry("port-unreachable", TypeAndCodes.one(1, 4)),
            Map.entry("failed-policy", TypeAndCodes.one(1, 5)),
            Map.entry("reject-route", TypeAndCodes.one(1, 6)),
            Map.entry("packet-too-big", TypeAndCodes.all(2)),
            Map.entry("time-exceeded", TypeAndCodes.all(3)),
            Map.entry("ttl-exceeded", TypeAndCodes.all(3)),
            Map.entry("ttl-zero-during-transit", TypeAndCodes.one(3, 0)),
            Map.entry("ttl-zero-during-reassembly", TypeAndCodes.one(3, 1)),
            Map.entry("parameter-problem", TypeAndCodes.all(4)),
            Map.entry("bad-header", TypeAndCodes.one(4, 0)),
            Map.entry("unknown-header-type", TypeAndCodes.one(4, 1)),
            Map.entry("unknown-option", TypeAndCodes.one(4, 2)),
            Map.entry("echo-request", TypeAndCodes.all(128)),
            Map.entry("ping", TypeAndCodes.all(128)),
            Map.entry("echo-reply", TypeAndCodes.all(129)),
            Map.entry("pong", TypeAndCodes.all(129)),
            Map.entry("mld-listener-query", TypeAndCodes.all(130)),
            Map.entry("mld-listener-report", TypeAndCodes.all(131)),
            Map.entry("mld-listener-done", TypeAndCodes.all(132)),
            Map.entry("mld-listener-reduction", TypeAndCodes.all(132)),
            Map.entry("router-solicitation", TypeAndCodes.all(133)),
            Map.entry("router-advertisement", TypeAndCodes.all(134)),
            Map.entry("neighbour-solicitation", TypeAndCodes.all(135)),
            Map.entry("neighbor-solicitation", TypeAndCodes.all(135)),
            Map.entry("neighbour-advertisement", TypeAndCodes.all(136)),
            Map.entry("neighbor-advertisement", TypeAndCodes.all(136)),
            Map.entry("redirect", TypeAndCodes.all(137)));

    private IcmpTypes() {}

    static TypeAndCodes parse(final Family family, final String text) throws Refusal {
        final Map<String, TypeAndCodes> names = switch (family) {
            case IPV4 -> IPV4;
            case IPV6 -> IPV6;
        };
        final Optional<TypeAndCodes> named = Optional.ofNullable(names.get(text));
        if (named.isPresent()) {
            return named.get();
        }
        final int slash = text.indexOf('/');
        final int type = Values.integer(slash < 0 ? text : text.substring(0, slash), 0, 255);
        if (slash < 0) {
            return TypeAndCodes.all(type);
        }
        return TypeAndCodes.one(type, Values.integer(text.substring(slash + 1), 0, 255));
    }
}
