// SPDX-License-Identifier: Apache-2.0
package io.nfl.iptables;

import io.nfl.api.net.Family;
import io.nfl.api.net.PortRange;
import io.nfl.api.net.TcpFlags;
import io.nfl.ir.IcmpNames;
import io.nfl.ir.Invertible;
import io.nfl.ir.Match;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/** Readers of the matches on transport headers: tcp, udp, sctp, dccp, multiport, icmp, tcpmss. */
final class TransportReaders {
    private TransportReaders() {}

    /** libxt_tcp. */
    static final class Tcp implements MatchReader {
        private Optional<Invertible<PortRange>> source = Optional.empty();
        private Optional<Invertible<PortRange>> destination = Optional.empty();
        private Optional<Invertible<Match.FlagTest>> flags = Optional.empty();
        private Optional<Invertible<Integer>> option = Optional.empty();

        @Override
        public boolean option(final String name, final boolean inverted, final Words words) throws Refusal {
            switch (name) {
                case "--sport", "--source-port" -> source = Optional.of(port("tcp", inverted, words.value(name)));
                case "--dport", "--destination-port" ->
                    destination = Optional.of(port("tcp", inverted, words.value(name)));
                case "--syn" ->
                    flags = Optional.of(new Invertible<>(
                            new Match.FlagTest(TcpFlags.SYN | TcpFlags.RST | TcpFlags.ACK | TcpFlags.FIN, TcpFlags.SYN),
                            inverted));
                case "--tcp-flags" -> {
                    final int mask = bits(words.value(name));
                    flags = Optional.of(new Invertible<>(new Match.FlagTest(mask, bits(words.value(name))), inverted));
                }
                case "--tcp-option" ->
                    option = Optional.of(new Invertible<>(Values.integer(words.value(name), 1, 255), inverted));
                default -> {
                    return false;
                }
            }
            return true;
        }

        private static int bits(final String list) throws Refusal {
            final OptionalInt bits = TcpFlagNames.parse(list);
            if (bits.isEmpty()) {
                throw Refusal.syntax("`" + list + "` names an unknown TCP flag");
            }
            return bits.getAsInt();
        }

        @Override
        public Optional<Match> finish() {
            return Optional.of(new Match.Tcp(source, destination, flags, option));
        }
    }

    /** libxt_udp, libxt_sctp, libxt_dccp: ports alone. */
    static final class Ports implements MatchReader {
        private final Match.PortProtocol protocol;
        private final String label;
        private Optional<Invertible<PortRange>> source = Optional.empty();
        private Optional<Invertible<PortRange>> destination = Optional.empty();

        Ports(final Match.PortProtocol protocol) {
            this.protocol = protocol;
            this.label = protocol.name().toLowerCase(Locale.ROOT);
        }

        @Override
        public boolean option(final String name, final boolean inverted, final Words words) throws Refusal {
            switch (name) {
                case "--sport", "--source-port" -> source = Optional.of(port(label, inverted, words.value(name)));
                case "--dport", "--destination-port" ->
                    destination = Optional.of(port(label, inverted, words.value(name)));
                default -> {
                    return false;
                }
            }
            return true;
        }

        @Override
        public Optional<Match> finish() {
            return Optional.of(new Match.Ports(protocol, source, destination));
        }
    }

    /** libxt_multiport. */
    static final class Multiport implements MatchReader {
        private final String protocol;
        private Optional<Match> match = Optional.empty();

        /** @param protocol whose port names hold */
        Multiport(final String protocol) {
            this.protocol = protocol;
        }

        @Override
        public boolean option(final String name, final boolean inverted, final Words words) throws Refusal {
            final Match.PortSide side;
            switch (name) {
                case "--sports", "--source-ports" -> side = Match.PortSide.SOURCE;
                case "--dports", "--destination-ports" -> side = Match.PortSide.DESTINATION;
                case "--ports" -> side = Match.PortSide.EITHER;
                default -> {
                    return false;
                }
            }
            final List<PortRange> ports = new ArrayList<>();
            int slots = 0;
            for (final String port : words.value(name).split(",", -1)) {
                if (port.startsWith(":") || port.endsWith(":")) {
                    throw Refusal.syntax("`" + port + "`: a range of multiport has two ends");
                }
                final PortRange range = Values.ports(protocol, port, ':');
                ports.add(range);
                slots += range.isSingle() ? 1 : 2;
            }
            if (slots > Match.Multiport.MAX_SLOTS) {
                throw Refusal.syntax(
                        "`" + name + "` takes " + Match.Multiport.MAX_SLOTS + " ports; a range counts two");
            }
            match = Optional.of(new Match.Multiport(side, ports, inverted));
            return true;
        }

        @Override
        public Optional<Match> finish() throws Refusal {
            if (match.isEmpty()) {
                throw Refusal.syntax("multiport needs ports");
            }
            return match;
        }
    }

    /** libxt_icmp and libip6t_icmp6. Without a type the kernel compares with any (IPv4). */
    static final class Icmp implements MatchReader {
        private final Family family;
        private Optional<Match> match = Optional.empty();

        Icmp(final Family family) {
            this.family = family;
        }

        @Override
        public boolean option(final String name, final boolean inverted, final Words words) throws Refusal {
            final boolean mine = family == Family.IPV4
                    ? name.equals("--icmp-type")
                    : name.equals("--icmpv6-type") || name.equals("--icmp6-type");
            if (mine) {
                final IcmpNames.TypeAndCode type = IcmpTypes.parse(family, words.value(name));
                match = Optional.of(new Match.Icmp(family, type.type(), type.codeLow(), type.codeHigh(), inverted));
            }
            return mine;
        }

        @Override
        public Optional<Match> finish() throws Refusal {
            if (match.isEmpty() && family == Family.IPV6) {
                throw Refusal.syntax("icmp6 needs `--icmpv6-type`");
            }
            return match.isPresent() ? match : Optional.of(new Match.Icmp(family, Match.Icmp.ANY_TYPE, 0, 0xFF, false));
        }
    }

    /** libxt_tcpmss. */
    static final class TcpMss implements MatchReader {
        private Optional<Match> match = Optional.empty();

        @Override
        public boolean option(final String name, final boolean inverted, final Words words) throws Refusal {
            if (!name.equals("--mss")) {
                return false;
            }
            final PortRange range = Values.ports("", words.value(name), ':');
            match = Optional.of(new Match.TcpMss(range.low(), range.high(), inverted));
            return true;
        }

        @Override
        public Optional<Match> finish() throws Refusal {
            if (match.isEmpty()) {
                throw Refusal.syntax("tcpmss needs `--mss`");
            }
            return match;
        }
    }

    private static Invertible<PortRange> port(final String protocol, final boolean inverted, final String text)
            throws Refusal {
        return new Invertible<>(Values.ports(protocol, text, ':'), inverted);
    }
}
