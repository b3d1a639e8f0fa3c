// SPDX-License-Identifier: Apache-2.0
package io.nfl.ir;

import io.nfl.api.net.Family;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;

/** ICMP types and codes by the names that iptables takes (iptables/extensions/libxt_icmp.h). */
public final class IcmpNames {
    /** A type and a range of codes. */
    public record TypeAndCode(int type, int codeLow, int codeHigh) {
        public static TypeAndCode all(final int type) {
            return new TypeAndCode(type, 0, 0xFF);
        }

        public static TypeAndCode one(final int type, final int code) {
            return new TypeAndCode(type, code, code);
        }
    }

    private static final Map<String, TypeAndCode> IPV4 = Map.ofEntries(
            Map.entry("any", TypeAndCode.all(Match.Icmp.ANY_TYPE)),
            Map.entry("echo-reply", TypeAndCode.all(0)),
            Map.entry("pong", TypeAndCode.all(0)),
            Map.entry("destination-unreachable", TypeAndCode.all(3)),
            Map.entry("network-unreachable", TypeAndCode.one(3, 0)),
            Map.entry("host-unreachable", TypeAndCode.one(3, 1)),
            Map.entry("protocol-unreachable", TypeAndCode.one(3, 2)),
            Map.entry("port-unreachable", TypeAndCode.one(3, 3)),
            Map.entry("fragmentation-needed", TypeAndCode.one(3, 4)),
            Map.entry("source-route-failed", TypeAndCode.one(3, 5)),
            Map.entry("network-unknown", TypeAndCode.one(3, 6)),
            Map.entry("host-unknown", TypeAndCode.one(3, 7)),
            Map.entry("network-prohibited", TypeAndCode.one(3, 9)),
            Map.entry("host-prohibited", TypeAndCode.one(3, 10)),
            Map.entry("TOS-network-unreachable", TypeAndCode.one(3, 11)),
            Map.entry("TOS-host-unreachable", TypeAndCode.one(3, 12)),
            Map.entry("communication-prohibited", TypeAndCode.one(3, 13)),
            Map.entry("host-precedence-violation", TypeAndCode.one(3, 14)),
            Map.entry("precedence-cutoff", TypeAndCode.one(3, 15)),
            Map.entry("source-quench", TypeAndCode.all(4)),
            Map.entry("redirect", TypeAndCode.all(5)),
            Map.entry("network-redirect", TypeAndCode.one(5, 0)),
            Map.entry("host-redirect", TypeAndCode.one(5, 1)),
            Map.entry("TOS-network-redirect", TypeAndCode.one(5, 2)),
            Map.entry("TOS-host-redirect", TypeAndCode.one(5, 3)),
            Map.entry("echo-request", TypeAndCode.all(8)),
            Map.entry("ping", TypeAndCode.all(8)),
            Map.entry("router-advertisement", TypeAndCode.all(9)),
            Map.entry("router-solicitation", TypeAndCode.all(10)),
            Map.entry("time-exceeded", TypeAndCode.all(11)),
            Map.entry("ttl-exceeded", TypeAndCode.all(11)),
            Map.entry("ttl-zero-during-transit", TypeAndCode.one(11, 0)),
            Map.entry("ttl-zero-during-reassembly", TypeAndCode.one(11, 1)),
            Map.entry("parameter-problem", TypeAndCode.all(12)),
            Map.entry("ip-header-bad", TypeAndCode.one(12, 0)),
            Map.entry("required-option-missing", TypeAndCode.one(12, 1)),
            Map.entry("timestamp-request", TypeAndCode.all(13)),
            Map.entry("timestamp-reply", TypeAndCode.all(14)),
            Map.entry("address-mask-request", TypeAndCode.all(17)),
            Map.entry("address-mask-reply", TypeAndCode.all(18)));

    private static final Map<String, TypeAndCode> IPV6 = Map.ofEntries(
            Map.entry("destination-unreachable", TypeAndCode.all(1)),
            Map.entry("no-route", TypeAndCode.one(1, 0)),
            Map.entry("communication-prohibited", TypeAndCode.one(1, 1)),
            Map.entry("beyond-scope", TypeAndCode.one(1, 2)),
            Map.entry("address-unreachable", TypeAndCode.one(1, 3)),
            Map.entry("port-unreachable", TypeAndCode.one(1, 4)),
            Map.entry("failed-policy", TypeAndCode.one(1, 5)),
            Map.entry("reject-route", TypeAndCode.one(1, 6)),
            Map.entry("packet-too-big", TypeAndCode.all(2)),
            Map.entry("time-exceeded", TypeAndCode.all(3)),
            Map.entry("ttl-exceeded", TypeAndCode.all(3)),
            Map.entry("ttl-zero-during-transit", TypeAndCode.one(3, 0)),
            Map.entry("ttl-zero-during-reassembly", TypeAndCode.one(3, 1)),
            Map.entry("parameter-problem", TypeAndCode.all(4)),
            Map.entry("bad-header", TypeAndCode.one(4, 0)),
            Map.entry("unknown-header-type", TypeAndCode.one(4, 1)),
            Map.entry("unknown-option", TypeAndCode.one(4, 2)),
            Map.entry("echo-request", TypeAndCode.all(128)),
            Map.entry("ping", TypeAndCode.all(128)),
            Map.entry("echo-reply", TypeAndCode.all(129)),
            Map.entry("pong", TypeAndCode.all(129)),
            Map.entry("mld-listener-query", TypeAndCode.all(130)),
            Map.entry("mld-listener-report", TypeAndCode.all(131)),
            Map.entry("mld-listener-done", TypeAndCode.all(132)),
            Map.entry("mld-listener-reduction", TypeAndCode.all(132)),
            Map.entry("router-solicitation", TypeAndCode.all(133)),
            Map.entry("router-advertisement", TypeAndCode.all(134)),
            Map.entry("neighbour-solicitation", TypeAndCode.all(135)),
            Map.entry("neighbor-solicitation", TypeAndCode.all(135)),
            Map.entry("neighbour-advertisement", TypeAndCode.all(136)),
            Map.entry("neighbor-advertisement", TypeAndCode.all(136)),
            Map.entry("redirect", TypeAndCode.all(137)));

    private IcmpNames() {}

    /** The name of a type and code, of the type alone, or {@code type/code}. */
    public static String nameOf(final Family family, final int type, final int code) {
        final Map<String, TypeAndCode> names = family == Family.IPV4 ? IPV4 : IPV6;
        return name(names, TypeAndCode.one(type, code))
                .or(() -> name(names, TypeAndCode.all(type)))
                .orElse(type + "/" + code);
    }

    /** Several names may say the same: the first of the alphabet, so that the answer is always one. */
    private static Optional<String> name(final Map<String, TypeAndCode> names, final TypeAndCode wanted) {
        return names.entrySet().stream()
                .filter(each -> each.getValue().equals(wanted))
                .map(Map.Entry::getKey)
                .min(Comparator.naturalOrder());
    }

    /** The type, and code where the name implies one. */
    public static Optional<TypeAndCode> of(final Family family, final String name) {
        return Optional.ofNullable(
                switch (family) {
                    case IPV4 -> IPV4.get(name);
                    case IPV6 -> IPV6.get(name);
                });
    }
}
