// SPDX-License-Identifier: Apache-2.0
package io.nfl.bytecode;

import static org.assertj.core.api.Assertions.assertThat;

import io.nfl.api.host.KernelProfile.BackEnd;
import io.nfl.api.net.ConntrackState;
import io.nfl.api.net.Family;
import io.nfl.api.net.Hook;
import io.nfl.api.net.PortRange;
import io.nfl.api.net.Table;
import io.nfl.api.net.Verdict;
import io.nfl.api.packet.PacketView;
import io.nfl.diag.Span;
import io.nfl.ir.Chain;
import io.nfl.ir.ConntrackMatch;
import io.nfl.ir.DevicePattern;
import io.nfl.ir.Invertible;
import io.nfl.ir.IpHeaderMatch;
import io.nfl.ir.Match;
import io.nfl.ir.Rule;
import io.nfl.ir.RuleOrigin;
import io.nfl.ir.Ruleset;
import io.nfl.ir.TableRules;
import io.nfl.ir.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Facts of ip_tables.c and the xt_*.c that are easily got wrong, of evaluator and bytecode alike. */
class KernelFactsTest {
    private static final Match.Tcp TO_PORT_80 = new Match.Tcp(
            Optional.empty(), Optional.of(Invertible.is(PortRange.of(80))), Optional.empty(), Optional.empty());
    private static final Match.Tcp NOT_TO_PORT_80 = new Match.Tcp(
            Optional.empty(), Optional.of(Invertible.not(PortRange.of(80))), Optional.empty(), Optional.empty());
    private static final IpHeaderMatch TCP = IpHeaderMatch.ANY.withProtocol(Invertible.is(6));

    /** What a rule does with a packet. */
    enum Answer {
        HIT,
        MISS,
        HOTDROP
    }

    /** A rule, a packet, and what comes of it. */
    record Fact(String title, IpHeaderMatch header, List<Match> matches, TestPacket packet, Answer answer) {
        @Override
        public String toString() {
            return title;
        }
    }

    private static Fact fact(String title, IpHeaderMatch header, Match match, TestPacket packet, Answer answer) {
        return new Fact(title, header, List.of(match), packet, answer);
    }

    private static TestPacket ipv4(int protocol, int transportBytes, int fragment) {
        final byte[] bytes = new byte[20 + transportBytes];
        bytes[0] = 0x45;
        bytes[3] = (byte) bytes.length;
        bytes[9] = (byte) protocol;
        if (transportBytes >= 4) {
            bytes[23] = 80;
        }
        return new TestPacket(Family.IPV4, bytes, protocol, 20, fragment);
    }

    private static TestPacket ipv6(int protocol, int transportBytes, int fragment) {
        final byte[] bytes = new byte[40 + transportBytes];
        bytes[0] = 0x60;
        if (transportBytes >= 4) {
            bytes[43] = 80;
        }
        return new TestPacket(Family.IPV6, bytes, protocol, 40, fragment);
    }

    private static TestPacket invalid(TestPacket packet) {
        packet.stateBit = ConntrackState.INVALID.bit();
        return packet;
    }

    private static TestPacket ofTheKernel(final TestPacket packet) {
        packet.socket = true;
        return packet;
    }

    static Stream<Fact> facts() {
        return Stream.concat(headerFacts(), otherFacts());
    }

    private static Stream<Fact> headerFacts() {
        return Stream.of(
                fact("a tcp match hits its port", TCP, TO_PORT_80, ipv4(6, 20, 0), Answer.HIT),
                fact("a later fragment misses even an inverted port", TCP, NOT_TO_PORT_80, ipv4(6, 20, 2), Answer.MISS),
                fact("a TCP fragment 8 bytes in is dropped", TCP, TO_PORT_80, ipv4(6, 20, 1), Answer.HOTDROP),
                fact("in IPv6 it only misses", TCP, TO_PORT_80, ipv6(6, 20, 1), Answer.MISS),
                fact("a TCP header cut short is dropped", TCP, TO_PORT_80, ipv4(6, 19, 0), Answer.HOTDROP),
                new Fact("without a tcp match it passes", TCP, List.of(), ipv4(6, 19, 0), Answer.HIT),
                new Fact(
                        "a failed header walk is dropped where a protocol is asked",
                        IpHeaderMatch.ANY.withProtocol(Invertible.not(6)),
                        List.of(),
                        ipv6(PacketView.NO_PROTOCOL, 8, 0),
                        Answer.HOTDROP),
                new Fact(
                        "and passes where none is",
                        IpHeaderMatch.ANY,
                        List.of(),
                        ipv6(PacketView.NO_PROTOCOL, 8, 0),
                        Answer.HIT),
                new Fact(
                        "an inverted device holds where there is none",
                        IpHeaderMatch.ANY.withIn(Invertible.not(new DevicePattern("eth0", false))),
                        List.of(),
                        ipv4(6, 20, 0),
                        Answer.HIT));
    }

    private static Stream<Fact> otherFacts() {
        final ConntrackMatch protocol17 = ConntrackMatch.EMPTY.withProtocol(Invertible.is(17));
        final Match.Owner notRoot = new Match.Owner(
                Optional.of(Invertible.not(new Match.IdRange(0, 0))), Optional.empty(), Optional.empty());
        final Match.Owner notRootButGroup = new Match.Owner(
                Optional.of(Invertible.not(new Match.IdRange(0, 0))),
                Optional.of(Invertible.is(new Match.IdRange(0, 0))),
                Optional.empty());
        final Match.Owner socketExists =
                new Match.Owner(Optional.empty(), Optional.empty(), Optional.of(Invertible.is(true)));
        final IpHeaderMatch any = IpHeaderMatch.ANY;
        return Stream.of(
                fact(
                        "an inverted connmark misses without a connection",
                        any,
                        new Match.Connmark(1, -1, true),
                        invalid(ipv4(17, 8, 0)),
                        Answer.MISS),
                fact(
                        "INVALID with a protocol ignores the protocol",
                        any,
                        protocol17.withStates(Invertible.is(Set.of(ConntrackState.INVALID))),
                        invalid(ipv4(1, 8, 0)),
                        Answer.HIT),
                fact(
                        "a protocol alone misses without a connection",
                        any,
                        protocol17,
                        invalid(ipv4(17, 8, 0)),
                        Answer.MISS),
                fact("without a socket inverted owners hold", any, notRoot, ipv4(17, 8, 0), Answer.HIT),
                fact("unless one is not inverted", any, notRootButGroup, ipv4(17, 8, 0), Answer.MISS),
                fact("the kernel's own socket has no owner", any, notRoot, ofTheKernel(ipv4(1, 8, 0)), Answer.HIT),
                fact("so no group either", any, notRootButGroup, ofTheKernel(ipv4(1, 8, 0)), Answer.MISS),
                fact("but it is there", any, socketExists, ofTheKernel(ipv4(1, 8, 0)), Answer.HIT),
                fact(
                        "an inverted MAC misses without a link header",
                        any,
                        new Match.Mac(1, true),
                        ipv4(17, 8, 0),
                        Answer.MISS),
                fact(
                        "ICMP type 255 is any type",
                        any,
                        new Match.Icmp(Family.IPV4, 255, 0, 0, false),
                        ipv4(1, 8, 0),
                        Answer.HIT),
                fact(
                        "multiport needs four bytes",
                        any,
                        new Match.Multiport(Match.PortSide.EITHER, List.of(PortRange.of(1)), true),
                        ipv4(17, 3, 0),
                        Answer.HOTDROP));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("facts")
    void holds(Fact fact) {
        final Rule rule = Rule.of(RuleOrigin.of(Span.NONE), fact.header(), fact.matches(), new Target.Mark(77, -1));
        for (final int fillers : new int[] {0, 40}) {
            final Ruleset ruleset = filter(fact.packet().family(), withFillers(rule, fillers), List.of());
            for (final Walk walk : List.of(Walk.evaluator(ruleset), Walk.bytecode(ruleset))) {
                final String outcome = walk.classify(Table.FILTER, Hook.INPUT, fact.packet());
                final Answer answer = outcome.startsWith("verdict " + Verdict.HOTDROP)
                        ? Answer.HOTDROP
                        : outcome.contains("mark 77/-1") ? Answer.HIT : Answer.MISS;
                assertThat(answer).as(fillers + " rules before").isEqualTo(fact.answer());
            }
        }
    }

    /** Rules that no packet here hits: with them the chain is long enough for an index. */
    private static List<Rule> withFillers(Rule rule, int count) {
        final List<Rule> rules = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            final IpHeaderMatch header = IpHeaderMatch.ANY
                    .withProtocol(Invertible.is(47))
                    .withIn(Invertible.is(new DevicePattern("gre" + i, false)));
            rules.add(Rule.of(RuleOrigin.of(Span.NONE), header, List.of(), new Target.Drop()));
        }
        rules.add(rule);
        return rules;
    }

    private static Ruleset filter(Family family, List<Rule> input, List<Chain> users) {
        final List<Chain> chains = new ArrayList<>(List.of(
                Chain.builtIn(Hook.INPUT, true, input),
                Chain.builtIn(Hook.FORWARD, false, List.of()),
                Chain.builtIn(Hook.OUTPUT, true, List.of())));
        chains.addAll(users);
        return new Ruleset(family, List.of(new TableRules(Table.FILTER, chains)));
    }

    private static Rule to(Target target) {
        return Rule.of(RuleOrigin.of(Span.NONE), IpHeaderMatch.ANY, List.of(), target);
    }

    private static void assertTrace(Ruleset ruleset, String trace) {
        final TestPacket packet = ipv4(17, 8, 0);
        packet.traced(true);
        for (final Walk walk : List.of(Walk.evaluator(ruleset), Walk.bytecode(ruleset))) {
            assertThat(walk.classify(Table.FILTER, Hook.INPUT, packet)).startsWith(trace);
        }
    }

    @Test
    void theEndOfAChainThatWasGoneToReturnsToTheCallerOfTheOneThatWent() {
        // Numbers: INPUT 0-2, FORWARD 3, OUTPUT 4, a 5-7, b 8-9.
        final Ruleset ruleset = filter(
                Family.IPV4,
                List.of(to(new Target.Jump("a")), to(new Target.Continue())),
                List.of(
                        Chain.user(Span.NONE, "a", List.of(to(new Target.Goto("b")), to(new Target.Drop()))),
                        Chain.user(Span.NONE, "b", List.of(to(new Target.Continue())))));
        assertTrace(ruleset, "verdict 1 [rule 0, rule 5, rule 8, rule 9, rule 1, rule 2]");
    }

    @Test
    void aGotoFromABuiltInChainEndsInItsPolicy() {
        final Ruleset ruleset = filter(
                Family.IPV4,
                List.of(to(new Target.Goto("a")), to(new Target.Drop())),
                List.of(Chain.user(Span.NONE, "a", List.of())));
        assertTrace(ruleset, "verdict 1 [rule 0, rule 5, rule 2]");
    }

    @Test
    void aReturnFromABuiltInChainCountsItselfAndThePolicy() {
        assertTrace(filter(Family.IPV4, List.of(to(new Target.Return())), List.of()), "verdict 1 [rule 0, rule 1]");
    }

    @Test
    void aReturnFromAUserChainDoesNotCountItsTail() {
        final Ruleset ruleset = filter(
                Family.IPV4,
                List.of(to(new Target.Jump("a"))),
                List.of(Chain.user(Span.NONE, "a", List.of(to(new Target.Return())))));
        assertTrace(ruleset, "verdict 1 [rule 0, rule 4, rule 1]");
    }

    @Test
    void anUnconditionalVerdictIsTracedAsTheTailByLegacyAlone() {
        final var layout = Walk.evaluator(filter(Family.IPV4, List.of(to(new Target.Accept())), List.of()))
                .classifier
                .layout();
        assertThat(layout.chains().get(0).traceLine(0, BackEnd.LEGACY)).isEqualTo("filter:INPUT:policy:1");
        assertThat(layout.chains().get(0).traceLine(0, BackEnd.NFT)).isEqualTo("filter:INPUT:rule:1");
        assertThat(layout.chains().get(0).traceLine(1, BackEnd.NFT)).isEqualTo("filter:INPUT:policy:2");
    }
}
