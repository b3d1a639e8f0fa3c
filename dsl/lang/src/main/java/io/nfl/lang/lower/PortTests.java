// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang.lower;

import io.nfl.api.net.IpProtocol;
import io.nfl.api.net.PortRange;
import io.nfl.api.net.TcpFlags;
import io.nfl.diag.Code;
import io.nfl.diag.Span;
import io.nfl.ir.Invertible;
import io.nfl.ir.Match;
import io.nfl.lang.nfl.DestinationPorts;
import io.nfl.lang.nfl.PortMatch;
import io.nfl.lang.nfl.PortPart;
import io.nfl.lang.nfl.PortProtocol;
import io.nfl.lang.nfl.SourcePorts;
import io.nfl.lang.nfl.TcpFlagTest;
import io.nfl.lang.nfl.TcpMssTest;
import io.nfl.lang.nfl.TcpOptionTest;
import io.nfl.lang.nfl.TcpSyn;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Matches on transport headers: {@code tcp syn dport ssh}, {@code udp sport 53 dport 1024-65535}. */
final class PortTests {
    private static final Map<String, Integer> FLAGS = Map.of(
            "fin", TcpFlags.FIN,
            "syn", TcpFlags.SYN,
            "rst", TcpFlags.RST,
            "psh", TcpFlags.PSH,
            "ack", TcpFlags.ACK,
            "urg", TcpFlags.URG);
    private static final int SYN_MASK = TcpFlags.SYN | TcpFlags.ACK | TcpFlags.FIN | TcpFlags.RST;

    private final Findings findings;
    private final Numbers numbers;

    PortTests(final Findings findings, final Numbers numbers) {
        this.findings = findings;
        this.numbers = numbers;
    }

    static int number(final PortProtocol protocol) {
        return switch (protocol) {
            case TCP -> IpProtocol.TCP.number();
            case UDP -> IpProtocol.UDP.number();
            case SCTP -> IpProtocol.SCTP.number();
            case DCCP -> IpProtocol.DCCP.number();
            case UDPLITE -> IpProtocol.UDPLITE.number();
        };
    }

    Condition condition(final PortMatch match) {
        final Span span = findings.span(match);
        final PortProtocol protocol = match.getProtocol();
        List<List<Test>> alternatives = List.of(List.of(Test.Header.protocol(span, number(protocol))));
        for (final PortPart part : match.getParts()) {
            alternatives = product(alternatives, part(part, protocol));
        }
        return Condition.of(alternatives, false);
    }

    /** Each of the one with each of the other. */
    static List<List<Test>> product(final List<List<Test>> left, final List<List<Test>> right) {
        final List<List<Test>> all = new ArrayList<>();
        for (final List<Test> each : left) {
            for (final List<Test> other : right) {
                final List<Test> both = new ArrayList<>(each);
                both.addAll(other);
                all.add(both);
            }
        }
        return all;
    }

    private List<List<Test>> part(final PortPart part, final PortProtocol protocol) {
        final Span span = findings.span(part);
        if (part instanceof SourcePorts source) {
            return ports(span, protocol, source.getPorts(), Match.PortSide.SOURCE, source.isNegated());
        }
        if (part instanceof DestinationPorts destination) {
            return ports(span, protocol, destination.getPorts(), Match.PortSide.DESTINATION, destination.isNegated());
        }
        if (protocol != PortProtocol.TCP) {
            findings.report(Code.VALUE_PROTOCOL_NEEDED, part, "only tcp has flags, an mss and options");
            return List.of(List.of());
        }
        if (part instanceof TcpSyn syn) {
            return one(flags(span, new Match.FlagTest(SYN_MASK, TcpFlags.SYN), syn.isNegated()));
        }
        if (part instanceof TcpFlagTest flags) {
            final int compare = bits(part, flags.getFlags());
            final int mask = bits(part, flags.getMask());
            return one(flags(span, new Match.FlagTest(mask, compare), flags.isNegated()));
        }
        if (part instanceof TcpOptionTest option) {
            final int number = numbers.integer(part, option.getNumber(), "the kind of a TCP option", 1, 255);
            return one(tcp(
                    span,
                    new Match.Tcp(
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.of(new Invertible<>(number, option.isNegated())))));
        }
        return mss(span, (TcpMssTest) part);
    }

    private List<List<Test>> mss(final Span span, final TcpMssTest test) {
        return numbers.range(test.getRange(), "an mss", 0, 0xFFFF)
                .flatMap(range -> Relations.bounds(findings, test, test.getRelation(), range, 0xFFFF))
                .map(range -> one(new Test.Extension(
                        span,
                        new Match.TcpMss((int) range.low(), (int) range.high(), test.isNegated()),
                        Optional.of(new Match.TcpMss((int) range.low(), (int) range.high(), !test.isNegated())))))
                .orElse(List.of(List.of()));
    }

    private int bits(final PortPart part, final List<String> names) {
        int bits = 0;
        for (final String name : names) {
            if (name.equals("none")) {
                continue;
            }
            final Integer bit = FLAGS.get(name.toLowerCase(Locale.ROOT));
            if (bit == null) {
                findings.report(
                        Code.VALUE_WORD,
                        part,
                        "`" + name + "` is no TCP flag",
                        "the flags are syn, ack, fin, rst, psh, urg; `none` stands for none of them");
            } else {
                bits |= bit;
            }
        }
        return bits;
    }

    private static Test flags(final Span span, final Match.FlagTest test, final boolean negated) {
        return tcp(
                span,
                new Match.Tcp(
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(new Invertible<>(test, negated)),
                        Optional.empty()));
    }

    private static Test tcp(final Span span, final Match.Tcp match) {
        return new Test.Extension(span, match, Optional.empty());
    }

    private static List<List<Test>> one(final Test test) {
        return List.of(List.of(test));
    }

    /** Tests of a list of ports; more than fifteen are several matches. */
    List<List<Test>> ports(
            final Span span,
            final PortProtocol protocol,
            final List<io.nfl.lang.nfl.PortRange> written,
            final Match.PortSide side,
            final boolean negated) {
        final String name = protocol.getLiteral();
        final List<PortRange> ports = new ArrayList<>();
        written.forEach(each -> numbers.ports(each, name).ifPresent(ports::add));
        if (ports.isEmpty()) {
            return List.of(List.of());
        }
        if (ports.size() == 1 && protocol != PortProtocol.UDPLITE) {
            return one(single(span, protocol, ports.get(0), side, negated));
        }
        final List<Test> chunks = new ArrayList<>();
        for (final List<PortRange> chunk : chunks(ports)) {
            chunks.add(new Test.Extension(
                    span,
                    new Match.Multiport(side, chunk, negated),
                    Optional.of(new Match.Multiport(side, chunk, !negated))));
        }
        return negated ? List.of(chunks) : chunks.stream().map(List::of).toList();
    }

    private static List<List<PortRange>> chunks(final List<PortRange> ports) {
        final List<List<PortRange>> chunks = new ArrayList<>();
        List<PortRange> chunk = new ArrayList<>();
        int slots = 0;
        for (final PortRange port : ports) {
            final int size = port.isSingle() ? 1 : 2;
            if (slots + size > Match.Multiport.MAX_SLOTS) {
                chunks.add(chunk);
                chunk = new ArrayList<>();
                slots = 0;
            }
            chunk.add(port);
            slots += size;
        }
        chunks.add(chunk);
        return chunks;
    }

    private static Test single(
            final Span span,
            final PortProtocol protocol,
            final PortRange port,
            final Match.PortSide side,
            final boolean negated) {
        final Optional<Invertible<PortRange>> test = Optional.of(new Invertible<>(port, negated));
        final boolean source = side == Match.PortSide.SOURCE;
        final Optional<Invertible<PortRange>> sport = source ? test : Optional.empty();
        final Optional<Invertible<PortRange>> dport = source ? Optional.empty() : test;
        final Match match = switch (protocol) {
            case TCP -> new Match.Tcp(sport, dport, Optional.empty(), Optional.empty());
            case UDP -> new Match.Ports(Match.PortProtocol.UDP, sport, dport);
            case SCTP -> new Match.Ports(Match.PortProtocol.SCTP, sport, dport);
            case DCCP -> new Match.Ports(Match.PortProtocol.DCCP, sport, dport);
            case UDPLITE -> throw new IllegalStateException("udplite has no match of its own");
        };
        return new Test.Extension(span, match, Optional.empty());
    }
}
