// SPDX-License-Identifier: Apache-2.0
package io.nfl.iptables;

import io.nfl.api.net.Family;
import io.nfl.ir.Match;

/** The reader of each {@code -m name}. */
final class MatchReaders {
    private MatchReaders() {}

    /** @param protocol the name after {@code -p}: whose port names hold */
    static MatchReader of(final String name, final Family family, final String protocol) throws Refusal {
        return switch (name) {
            case "tcp" -> new TransportReaders.Tcp();
            case "udp" -> new TransportReaders.Ports(Match.PortProtocol.UDP);
            case "sctp" -> new TransportReaders.Ports(Match.PortProtocol.SCTP);
            case "dccp" -> new TransportReaders.Ports(Match.PortProtocol.DCCP);
            case "multiport" -> new TransportReaders.Multiport(protocol);
            case "icmp" -> icmp(family, Family.IPV4, name);
            case "icmp6", "icmpv6", "ipv6-icmp" -> icmp(family, Family.IPV6, name);
            case "tcpmss" -> new TransportReaders.TcpMss();
            case "conntrack", "state" -> new ConntrackReader(family);
            case "mark" -> FieldReaders.mark();
            case "connmark" -> FieldReaders.connmark();
            case "limit" -> new StateReaders.Limit();
            case "hashlimit" -> new StateReaders.HashLimit(family);
            case "connlimit" -> new StateReaders.ConnLimit(family);
            case "statistic" -> new StateReaders.Statistic();
            case "quota" -> new StateReaders.Quota();
            case "recent" -> new StateReaders.Recent(family);
            case "length" -> FieldReaders.length();
            case "ttl", "hl" -> new FieldReaders.HopLimit(family);
            case "dscp" -> new FieldReaders.Dscp();
            case "tos" -> FieldReaders.tos();
            case "owner" -> new FieldReaders.Owner();
            case "mac" -> FieldReaders.mac();
            case "pkttype" -> FieldReaders.packetType();
            case "iprange" -> new FieldReaders.IpRange(family);
            case "addrtype" -> new FieldReaders.AddrType();
            case "rpfilter" -> new FieldReaders.ReversePath();
            default -> throw Refusal.unsupported("the match `" + name + "` is not supported yet");
        };
    }

    private static MatchReader icmp(final Family family, final Family of, final String name) throws Refusal {
        if (family != of) {
            throw Refusal.syntax("the match `" + name + "` belongs to the other family");
        }
        return new TransportReaders.Icmp(family);
    }
}
