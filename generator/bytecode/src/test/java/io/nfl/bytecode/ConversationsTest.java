// SPDX-License-Identifier: Apache-2.0
package io.nfl.bytecode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.nfl.api.host.Device;
import io.nfl.api.host.HostDescription;
import io.nfl.api.host.InterfaceAddress;
import io.nfl.api.host.KernelProfile;
import io.nfl.api.host.NextHop;
import io.nfl.api.host.Route;
import io.nfl.api.host.RouteType;
import io.nfl.api.host.RoutingTables;
import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.api.net.Prefix;
import io.nfl.bytecode.RandomConversation.Arrival;
import io.nfl.bytecode.WirePacket.Tuple;
import io.nfl.check.Checks;
import io.nfl.diag.Code;
import io.nfl.diag.Span;
import io.nfl.ir.Chain;
import io.nfl.ir.Match;
import io.nfl.ir.Policy;
import io.nfl.ir.Rule;
import io.nfl.ir.Ruleset;
import io.nfl.ir.TableRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Two hosts with one policy, one walked by the evaluator and one by bytecode, and conversations that pass through both:
 * flows, bytes, connections and counters are the same. {@code -Dnfl.seed} repeats one policy of a failure.
 */
class ConversationsTest {
    private static final int POLICIES = 300;
    private static final int CONVERSATIONS = 30;
    private static final long FIRST_SEED = Long.getLong("nfl.seed", 20_261_122L);
    private static final Set<Code> MISPLACED =
            Set.of(Code.PLACEMENT_ACTION, Code.PLACEMENT_MATCH, Code.FAMILY_CONTRADICTION);

    /** What comes here has no socket, and no Ethernet header. */
    private static final List<String> WITHOUT_SOCKET_AND_FRAME = List.of("match Owner", "match Mac");

    private static RandomField fields(long seed) {
        final RandomGenerator random =
                RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        return new RandomField(random, seed % 2 == 0 ? Family.IPV4 : Family.IPV6);
    }

    @Test
    void conversationsThroughRandomPoliciesEndTheSame() {
        final Map<String, Long> histogram = new TreeMap<>();
        final Set<String> tcpStates = new TreeSet<>();
        final int policies = Long.getLong("nfl.seed") == null ? POLICIES : 1;
        int packets = 0;
        for (int i = 0; i < policies; i++) {
            final long seed = FIRST_SEED + i;
            final RandomField fields = fields(seed);
            final Ruleset ruleset = placed(new RandomRules(fields).ruleset());
            final EngineWalk evaluator = EngineWalk.evaluator(host(fields.family), ruleset);
            final EngineWalk bytecode = EngineWalk.bytecode(host(fields.family), ruleset);
            final List<Arrival> arrivals = new ArrayList<>();
            final Optional<String> difference = converse(fields, evaluator, bytecode, arrivals);
            if (difference.isPresent()) {
                fail("seed %d: %s%nshrunk to %s", seed, difference.get(), shrunk(ruleset, arrivals));
            }
            packets += arrivals.size();
            tcpStates.addAll(evaluator.tcpStates());
            count(ruleset, evaluator, histogram);
        }
        System.out.println("evaluator = bytecode on " + packets + " packets of conversations; TCP states " + tcpStates
                + "; rules hit: " + histogram);
        if (policies == POLICIES) {
            assertThat(tcpStates)
                    .containsExactlyInAnyOrder(
                            "SYN_SENT",
                            "SYN_RECV",
                            "ESTABLISHED",
                            "FIN_WAIT",
                            "CLOSE_WAIT",
                            "LAST_ACK",
                            "TIME_WAIT",
                            "CLOSE",
                            "SYN_SENT2");
            final List<String> reachable = new ArrayList<>(KindNames.ALL);
            reachable.removeAll(WITHOUT_SOCKET_AND_FRAME);
            assertThat(histogram.keySet()).containsAll(reachable);
        }
    }

    private static Optional<String> converse(
            RandomField fields, EngineWalk evaluator, EngineWalk bytecode, List<Arrival> arrivals) {
        for (int c = 0; c < CONVERSATIONS; c++) {
            final RandomConversation conversation =
                    new RandomConversation(fields, fields.pick(List.of("eth0", "eth1", "tun0")), tuple(fields));
            for (Optional<Arrival> next = conversation.next(); next.isPresent(); next = conversation.next()) {
                arrivals.add(next.get());
                final String expected = evaluator.receive(next.get());
                final String actual = bytecode.receive(next.get());
                if (!expected.equals(actual)) {
                    return Optional.of(
                            "packet " + arrivals.size() + "\nevaluator " + expected + "\nbytecode  " + actual);
                }
                evaluator.left().forEach(sent -> conversation.seen(sent.device(), sent.bytes()));
            }
        }
        return evaluator.counters().equals(bytecode.counters()) ? Optional.empty() : Optional.of("counters");
    }

    private static Tuple tuple(RandomField fields) {
        return new Tuple(fields.address(), 1 + fields.port() & 0xFFFF, fields.address(), fields.port());
    }

    /** Takes rules away as long as the same packets still end differently. */
    private static String shrunk(Ruleset ruleset, List<Arrival> arrivals) {
        Ruleset small = ruleset;
        Optional<Ruleset> next = Optional.of(ruleset);
        while (next.isPresent()) {
            small = next.get();
            next = Smaller.of(small).stream().filter(r -> differs(r, arrivals)).findFirst();
        }
        return EvaluatorAndBytecodeTest.describe(small);
    }

    private static boolean differs(Ruleset ruleset, List<Arrival> arrivals) {
        final EngineWalk evaluator = EngineWalk.evaluator(host(ruleset.family()), ruleset);
        final EngineWalk bytecode = EngineWalk.bytecode(host(ruleset.family()), ruleset);
        return arrivals.stream().anyMatch(a -> !evaluator.receive(a).equals(bytecode.receive(a)))
                || !evaluator.counters().equals(bytecode.counters());
    }

    /** The rules that the kernel takes where they stand. */
    private static Ruleset placed(Ruleset ruleset) {
        final Policy policy =
                new Policy("random", List.of(), List.of(), List.of(), List.of(), List.of(ruleset), List.of());
        final Set<Span> misplaced = Checks.run(policy).stream()
                .filter(found -> MISPLACED.contains(found.code()))
                .map(found -> found.span())
                .collect(Collectors.toSet());
        final List<TableRules> tables = new ArrayList<>();
        for (final TableRules table : ruleset.tables()) {
            final List<Chain> chains = new ArrayList<>();
            for (final Chain chain : table.chains()) {
                final List<Rule> rules = chain.rules().stream()
                        .filter(rule -> !misplaced.contains(rule.origin().rule()))
                        .toList();
                chains.add(new Chain(chain.span(), chain.name(), chain.hook(), chain.policyAccepts(), rules));
            }
            tables.add(new TableRules(table.table(), chains));
        }
        return new Ruleset(ruleset.family(), tables);
    }

    private static HostDescription host(Family family) {
        final List<String> addresses = family == Family.IPV4
                ? List.of("10.0.0.250", "192.168.0.250", "10.0.1.250")
                : List.of("2001:db8::fa", "2001:db8:1::fa", "2001:db8:2::fa");
        final List<Device> devices = new ArrayList<>();
        for (int i = 0; i < addresses.size(); i++) {
            final InterfaceAddress address =
                    new InterfaceAddress(IpAddress.parse(addresses.get(i)), family == Family.IPV4 ? 24 : 48);
            devices.add(new Device(RandomField.DEVICES.get(i), List.of(address), Device.DEFAULT_MTU));
        }
        return new HostDescription(
                devices,
                List.of(defaultRoute(family)),
                List.of(),
                Map.of("net.ipv4.ip_forward", "1", "net.ipv6.conf.all.forwarding", "1"),
                KernelProfile.MEASURED);
    }

    private static Route defaultRoute(Family family) {
        final IpAddress gateway = IpAddress.parse(family == Family.IPV4 ? "192.168.0.2" : "2001:db8:1::2");
        return new Route(
                RouteType.UNICAST,
                Prefix.containing(IpAddress.zero(family), 0),
                List.of(new NextHop(Optional.of(gateway), Optional.of("eth1"), 1, false)),
                RoutingTables.MAIN,
                0,
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static void count(Ruleset ruleset, EngineWalk walk, Map<String, Long> histogram) {
        int number = 0;
        for (final TableRules table : ruleset.tables()) {
            for (final Chain chain : table.chains()) {
                for (final Rule rule : chain.rules()) {
                    final long hits = walk.packets(number++);
                    for (final Match match : rule.matches()) {
                        histogram.merge(KindNames.of(match), hits, Long::sum);
                    }
                    histogram.merge(KindNames.of(rule.target()), hits, Long::sum);
                }
                number++;
            }
        }
        histogram.values().removeIf(hits -> hits == 0);
    }
}
