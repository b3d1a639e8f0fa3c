// SPDX-License-Identifier: Apache-2.0
package io.nfl.bytecode;

import io.nfl.api.classify.CtTemplate;
import io.nfl.api.classify.HopLimitOperation;
import io.nfl.api.classify.LogParameters;
import io.nfl.api.classify.NatRange;
import io.nfl.api.classify.RejectWith;
import io.nfl.api.classify.StateSpec;
import io.nfl.api.classify.Targets;
import io.nfl.api.net.AddressRange;
import io.nfl.api.net.AddressType;
import io.nfl.api.net.ConntrackState;
import io.nfl.api.net.Family;
import io.nfl.api.net.Hook;
import io.nfl.api.net.IpAddress;
import io.nfl.api.net.PortRange;
import io.nfl.api.net.Prefix;
import io.nfl.api.net.Table;
import io.nfl.diag.Span;
import io.nfl.ir.Chain;
import io.nfl.ir.ConntrackMatch;
import io.nfl.ir.Invertible;
import io.nfl.ir.IpHeaderMatch;
import io.nfl.ir.Match;
import io.nfl.ir.Rule;
import io.nfl.ir.RuleOrigin;
import io.nfl.ir.Ruleset;
import io.nfl.ir.TableRules;
import io.nfl.ir.Target;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Rule lists of every match and target. Where a rule may stand is not their business: a classifier walks what it is
 * given. User chains call later ones alone, as the kernel refuses loops.
 */
final class RandomRules {
    private final RandomField fields;
    private final RandomGenerator random;
    private int line;

    RandomRules(RandomField fields) {
        this.fields = fields;
        this.random = fields.random;
    }

    Ruleset ruleset() {
        final List<TableRules> tables = new ArrayList<>();
        for (final Table table : Table.values()) {
            if (fields.chance(40)) {
                tables.add(table(table));
            }
        }
        return new Ruleset(fields.family, tables.isEmpty() ? List.of(table(Table.FILTER)) : tables);
    }

    /** One FORWARD chain whose rules mostly go on, so that a packet meets many of them. */
    Ruleset longChain(int count) {
        final List<Rule> rules = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            final Rule rule = rule(List.of(), true);
            final boolean ends = rule.target() instanceof Target.Accept
                    || rule.target() instanceof Target.Drop
                    || rule.target() instanceof Target.Return;
            rules.add(
                    ends && i % 50 != 0
                            ? Rule.of(rule.origin(), rule.header(), rule.matches(), new Target.Continue())
                            : rule);
        }
        final List<Chain> chains = List.of(
                Chain.builtIn(Hook.INPUT, true, List.of()),
                Chain.builtIn(Hook.FORWARD, true, rules),
                Chain.builtIn(Hook.OUTPUT, true, List.of()));
        return new Ruleset(fields.family, List.of(new TableRules(Table.FILTER, chains)));
    }

    private TableRules table(Table table) {
        final List<Chain> chains = new ArrayList<>();
        final List<String> users = List.of("alpha", "beta.2", "gamma/3", "delta");
        for (final Hook hook : Hook.values()) {
            if (table.runsAt(hook)) {
                chains.add(Chain.builtIn(hook, fields.chance(70), rules(users)));
            }
        }
        chains.sort(Comparator.comparing(c -> c.hook().orElseThrow()));
        for (int i = 0; i < users.size(); i++) {
            chains.add(Chain.user(Span.NONE, users.get(i), rules(users.subList(i + 1, users.size()))));
        }
        return new TableRules(table, chains);
    }

    /** Short chains, and long ones that need an index. */
    private List<Rule> rules(List<String> callable) {
        final int count = fields.chance(75) ? random.nextInt(7) : 20 + random.nextInt(100);
        final List<Rule> rules = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rules.add(rule(callable, count > 20));
        }
        return rules;
    }

    private Rule rule(List<String> callable, boolean inLongChain) {
        line++;
        IpHeaderMatch header = IpHeaderMatch.ANY;
        final int percent = inLongChain ? 70 : 35;
        header = fields.chance(percent) ? header.withSource(fields.invertible(fields.mask())) : header;
        header = fields.chance(percent) ? header.withDestination(fields.invertible(fields.mask())) : header;
        header = fields.chance(15) ? header.withIn(fields.invertible(fields.device())) : header;
        header = fields.chance(15) ? header.withOut(fields.invertible(fields.device())) : header;
        header = fields.family == Family.IPV4 && fields.chance(3) ? header.withFragment(fields.chance(50)) : header;
        final List<Match> matches = new ArrayList<>();
        if (fields.chance(60)) {
            final int protocol = fields.protocol();
            header = header.withProtocol(fields.chance(90) ? Invertible.is(protocol) : Invertible.not(protocol));
            transport(protocol).ifPresent(matches::add);
        }
        while (fields.chance(inLongChain ? 12 : 40)) {
            matches.add(random.nextInt(matches.size() + 1), other());
        }
        return Rule.of(RuleOrigin.of(Span.ofLine("random.nfl", line)), header, matches, target(callable, inLongChain));
    }

    private Optional<Match> transport(int protocol) {
        if (fields.chance(15)) {
            return Optional.empty();
        }
        final Optional<Invertible<PortRange>> source = fields.maybe(25, () -> fields.invertible(fields.ports()));
        final Optional<Invertible<PortRange>> destination = fields.maybe(70, () -> fields.invertible(fields.ports()));
        return switch (protocol) {
            case 6 -> Optional.of(tcpMatch(source, destination));
            case 17 -> Optional.of(new Match.Ports(Match.PortProtocol.UDP, source, destination));
            case 132 -> Optional.of(new Match.Ports(Match.PortProtocol.SCTP, source, destination));
            case 33 -> Optional.of(new Match.Ports(Match.PortProtocol.DCCP, source, destination));
            case 1, 58 ->
                Optional.of(new Match.Icmp(
                        fields.family,
                        fields.pick(List.of(8, 0, 3, 128, 255)),
                        random.nextInt(2),
                        fields.pick(List.of(1, 255)),
                        fields.chance(20)));
            default -> Optional.empty();
        };
    }

    private Match tcpMatch(Optional<Invertible<PortRange>> source, Optional<Invertible<PortRange>> destination) {
        if (fields.chance(10)) {
            return new Match.TcpMss(500, 500 + random.nextInt(1000), fields.chance(30));
        }
        return new Match.Tcp(
                source,
                destination,
                fields.maybe(30, () -> fields.invertible(new Match.FlagTest(0x17, fields.pick(List.of(2, 16, 4))))),
                fields.maybe(10, () -> fields.invertible(2 + random.nextInt(4))));
    }

    private Match other() {
        final List<Supplier<Match>> kinds = List.of(
                this::multiport,
                () -> new Match.IpRange(
                        fields.maybe(60, () -> fields.invertible(range())),
                        fields.maybe(60, () -> fields.invertible(range()))),
                () -> new Match.AddrType(
                        fields.maybe(60, () -> fields.invertible(types())),
                        fields.maybe(60, () -> fields.invertible(types())),
                        fields.chance(20),
                        fields.chance(20)),
                this::conntrack,
                this::conntrack,
                () -> new Match.Mark(random.nextInt(3), fields.pick(List.of(3, 1, -1)), fields.chance(30)),
                () -> new Match.Connmark(random.nextInt(3), fields.pick(List.of(3, 1, -1)), fields.chance(30)),
                () -> new Match.Stateful(state()),
                () -> new Match.Length(random.nextInt(60), 60 + random.nextInt(60), fields.chance(30)),
                () -> new Match.HopLimit(fields.pick(List.of(Match.Comparison.values())), 61 + random.nextInt(5)),
                () -> new Match.Dscp(random.nextInt(64), fields.chance(80)),
                () -> new Match.Tos(random.nextInt(4), 3, fields.chance(40)),
                () -> new Match.Owner(
                        fields.maybe(60, () -> fields.invertible(new Match.IdRange(0, 1))),
                        fields.maybe(30, () -> fields.invertible(new Match.IdRange(1, 0xFFFF_FFFFL))),
                        fields.maybe(30, () -> fields.invertible(true))),
                () -> new Match.Mac(random.nextInt(2), fields.chance(30)),
                () -> new Match.PacketType(random.nextInt(3), fields.chance(30)),
                () -> new Match.ReversePath(
                        fields.chance(50), fields.chance(50), fields.chance(50), fields.chance(30)));
        return fields.pick(kinds).get();
    }

    private Match multiport() {
        final List<PortRange> ports = new ArrayList<>();
        do {
            ports.add(fields.ports());
        } while (ports.size() < 5 && fields.chance(60));
        return new Match.Multiport(fields.pick(List.of(Match.PortSide.values())), ports, fields.chance(20));
    }

    private AddressRange range() {
        final IpAddress a = fields.address();
        final IpAddress b = fields.address();
        return a.compareTo(b) <= 0 ? new AddressRange(a, b) : new AddressRange(b, a);
    }

    private Set<AddressType> types() {
        final Set<AddressType> types = EnumSet.noneOf(AddressType.class);
        do {
            types.add(AddressType.values()[random.nextInt(8)]);
        } while (fields.chance(40));
        return types;
    }

    private Match conntrack() {
        ConntrackMatch match = ConntrackMatch.EMPTY;
        if (fields.chance(75)) {
            final Set<ConntrackState> states = new HashSet<>();
            do {
                states.add(fields.pick(List.of(ConntrackState.values())));
            } while (fields.chance(50));
            match = match.withStates(fields.invertible(states));
        }
        match = fields.chance(15) ? match.withReplyDirection(fields.invertible(fields.chance(50))) : match;
        match = fields.chance(10) ? match.withProtocol(fields.invertible(fields.protocol())) : match;
        match = fields.chance(15)
                ? match.withAddress(
                        fields.pick(List.of(ConntrackMatch.TuplePart.values())), fields.invertible(fields.mask()))
                : match;
        match = fields.chance(15)
                ? match.withPorts(
                        fields.pick(List.of(ConntrackMatch.TuplePart.values())), fields.invertible(fields.ports()))
                : match;
        match = fields.chance(15)
                ? match.withStatus(fields.invertible(Set.of(fields.pick(List.of(ConntrackMatch.Status.values())))))
                : match;
        return fields.chance(10)
                ? match.withExpires(
                        fields.invertible(new ConntrackMatch.Seconds(random.nextInt(100), 50 + random.nextInt(100))))
                : match;
    }

    private StateSpec state() {
        return fields.pick(List.of(
                new StateSpec.Limit(1 + random.nextInt(50), 1, 1 + random.nextInt(5)),
                new StateSpec.Nth(2 + random.nextInt(3), 0, fields.chance(30)),
                new StateSpec.Random(1L << 30, fields.chance(30)),
                new StateSpec.Quota(1000, fields.chance(30))));
    }

    private Target target(List<String> callable, boolean inLongChain) {
        if (!callable.isEmpty() && fields.chance(inLongChain ? 5 : 25)) {
            return fields.chance(70) ? new Target.Jump(fields.pick(callable)) : new Target.Goto(fields.pick(callable));
        }
        if (fields.chance(inLongChain ? 60 : 30)) {
            return fields.pick(List.of(new Target.Accept(), new Target.Drop(), new Target.Return()));
        }
        final NatRange range = new NatRange(
                Optional.of(range()), fields.maybe(50, fields::ports), OptionalInt.empty(), false, false, true);
        return fields.pick(List.of(
                new Target.Continue(),
                new Target.Reject(reject()),
                new Target.Log(new LogParameters(4, "r" + random.nextInt(9), 0)),
                new Target.Nflog(random.nextInt(9), "n", 0),
                new Target.Masquerade(range),
                new Target.Snat(range),
                new Target.Dnat(range),
                new Target.Redirect(range),
                new Target.Netmap(Prefix.containing(fields.address(), 16)),
                new Target.Mark(random.nextInt(4), 3),
                new Target.SetConnmark(random.nextInt(4), 3),
                new Target.SaveMark(1, 3),
                new Target.RestoreMark(3, 1),
                new Target.HopLimit(fields.pick(List.of(HopLimitOperation.values())), 1 + random.nextInt(3)),
                new Target.Dscp(random.nextInt(64)),
                new Target.Tos(random.nextInt(4), 3),
                new Target.TcpMss(fields.chance(50) ? Targets.CLAMP_TO_PMTU : 1000),
                new Target.NoTrack(),
                new Target.Track(new CtTemplate(
                        random.nextInt(9), CtTemplate.ZoneDirection.BOTH, Optional.empty(), Optional.empty())),
                new Target.Trace(),
                new Target.Classify(random.nextInt()),
                new Target.Copy(fields.address(), fields.pick(List.of("", "eth0")))));
    }

    private RejectWith reject() {
        return fields.pick(Stream.of(RejectWith.values())
                .filter(with -> with.iptablesLabel(fields.family).isPresent())
                .toList());
    }
}
