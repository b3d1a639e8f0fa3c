// SPDX-License-Identifier: Apache-2.0
package io.nfl.check;

import io.nfl.api.net.Family;
import io.nfl.ir.ConntrackMatch;
import io.nfl.ir.Match;
import java.util.Optional;

/** The word of {@code words.tsv} that limits where a match may stand; none where nothing does. */
final class MatchWord implements Match.Visitor<Optional<String>> {
    private static final MatchWord INSTANCE = new MatchWord();

    private MatchWord() {}

    static Optional<String> of(final Match match) {
        return match.accept(INSTANCE);
    }

    @Override
    public Optional<String> addrType(final Match.AddrType match) {
        if (match.limitIn()) {
            return Optional.of("local limited to in");
        }
        return match.limitOut() ? Optional.of("local limited to out") : Optional.empty();
    }

    @Override
    public Optional<String> icmp(final Match.Icmp match) {
        return Optional.of(match.family() == Family.IPV4 ? "icmp" : "icmpv6");
    }

    @Override
    public Optional<String> tcp(final Match.Tcp match) {
        return Optional.empty();
    }

    @Override
    public Optional<String> ports(final Match.Ports match) {
        return Optional.empty();
    }

    @Override
    public Optional<String> multiport(final Match.Multiport match) {
        return Optional.empty();
    }

    @Override
    public Optional<String> ipRange(final Match.IpRange match) {
        return Optional.empty();
    }

    @Override
    public Optional<String> conntrack(final ConntrackMatch match) {
        return Optional.of("ct");
    }

    @Override
    public Optional<String> mark(final Match.Mark match) {
        return Optional.of("mark");
    }

    @Override
    public Optional<String> connmark(final Match.Connmark match) {
        return Optional.of("connmark");
    }

    @Override
    public Optional<String> stateful(final Match.Stateful match) {
        return Optional.empty();
    }

    @Override
    public Optional<String> length(final Match.Length match) {
        return Optional.of("length");
    }

    @Override
    public Optional<String> hopLimit(final Match.HopLimit match) {
        return Optional.of("ttl");
    }

    @Override
    public Optional<String> dscp(final Match.Dscp match) {
        return Optional.of("dscp");
    }

    @Override
    public Optional<String> tos(final Match.Tos match) {
        return Optional.of("tos");
    }

    @Override
    public Optional<String> owner(final Match.Owner match) {
        return Optional.of("owner");
    }

    @Override
    public Optional<String> mac(final Match.Mac match) {
        return Optional.of("mac");
    }

    @Override
    public Optional<String> packetType(final Match.PacketType match) {
        return Optional.of("packet-type");
    }

    @Override
    public Optional<String> tcpMss(final Match.TcpMss match) {
        return Optional.of("tcp mss");
    }

    @Override
    public Optional<String> reversePath(final Match.ReversePath match) {
        return Optional.of("no-route-back");
    }
}
