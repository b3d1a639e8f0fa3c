// SPDX-License-Identifier: Apache-2.0
package io.nfl.bytecode;

import static org.assertj.core.api.Assertions.assertThat;

import io.nfl.api.net.Family;
import io.nfl.api.net.Hook;
import io.nfl.api.net.Table;
import io.nfl.diag.Span;
import io.nfl.eval.Evaluator;
import io.nfl.ir.Chain;
import io.nfl.ir.IpHeaderMatch;
import io.nfl.ir.Rule;
import io.nfl.ir.RuleOrigin;
import io.nfl.ir.RuleOrigin.HeaderPart;
import io.nfl.ir.Ruleset;
import io.nfl.ir.TableRules;
import io.nfl.ir.Target;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The part of a header that is told to fail is the one at which it fails: those before it hold, it does not. Asked of
 * the rules themselves, on random packets and headers; {@code -Dnfl.seed} begins with another seed.
 */
class FailingHeaderTest {
    private static final int ROUNDS = 40;
    private static final int HEADERS = 60;
    private static final int PACKETS = 60;
    private static final long FIRST_SEED = Long.getLong("nfl.seed", 20_261_121L);

    /** In {@code ip_packet_match}'s order. */
    private static final List<HeaderPart> ORDER = List.of(
            HeaderPart.SOURCE,
            HeaderPart.DESTINATION,
            HeaderPart.IN,
            HeaderPart.OUT,
            HeaderPart.PROTOCOL,
            HeaderPart.FRAGMENT);

    private static Rule rule(IpHeaderMatch header) {
        return Rule.of(RuleOrigin.of(Span.NONE), header, List.of(), new Target.Mark(77, -1));
    }

    private static boolean holds(Family family, IpHeaderMatch header, TestPacket packet) {
        Ruleset ruleset = new Ruleset(
                family,
                List.of(new TableRules(
                        Table.FILTER,
                        List.of(
                                Chain.builtIn(Hook.INPUT, true, List.of()),
                                Chain.builtIn(Hook.FORWARD, true, List.of(rule(header))),
                                Chain.builtIn(Hook.OUTPUT, true, List.of())))));
        return Walk.evaluator(ruleset)
                .classify(Table.FILTER, Hook.FORWARD, packet)
                .contains("mark 77/-1");
    }

    /** A header's parts that pass the filter. */
    private static IpHeaderMatch only(IpHeaderMatch header, List<HeaderPart> parts) {
        return new IpHeaderMatch(
                header.source().filter(test -> parts.contains(HeaderPart.SOURCE)),
                header.destination().filter(test -> parts.contains(HeaderPart.DESTINATION)),
                header.in().filter(test -> parts.contains(HeaderPart.IN)),
                header.out().filter(test -> parts.contains(HeaderPart.OUT)),
                header.protocol().filter(test -> parts.contains(HeaderPart.PROTOCOL)),
                header.fragment().filter(test -> parts.contains(HeaderPart.FRAGMENT)));
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void theFailingPartIsTheFirstThatDoesNotHold(Family family) {
        Map<HeaderPart, Long> reached = new EnumMap<>(HeaderPart.class);
        long held = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long seed = FIRST_SEED + round;
            RandomGenerator random =
                    RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
            RandomField fields = new RandomField(random, family);
            RandomPackets packets = new RandomPackets(fields);
            List<IpHeaderMatch> headers = new ArrayList<>();
            new RandomRules(fields)
                    .longChain(HEADERS)
                    .tables()
                    .get(0)
                    .chains()
                    .forEach(chain -> chain.rules().forEach(each -> headers.add(each.header())));
            for (int i = 0; i < PACKETS; i++) {
                TestPacket packet = packets.next(Hook.FORWARD);
                for (IpHeaderMatch header : headers) {
                    Optional<HeaderPart> failing = Evaluator.failing(rule(header), packet);
                    String told = "seed " + seed + ": " + header + " of " + packet;
                    assertThat(failing.isEmpty()).as(told).isEqualTo(holds(family, header, packet));
                    if (failing.isEmpty()) {
                        held++;
                        continue;
                    }
                    HeaderPart part = failing.get();
                    assertThat(holds(family, only(header, ORDER.subList(0, ORDER.indexOf(part))), packet))
                            .as(told + ": before " + part)
                            .isTrue();
                    assertThat(holds(family, only(header, List.of(part)), packet))
                            .as(told + ": " + part + " alone")
                            .isFalse();
                    reached.merge(part, 1L, Long::sum);
                }
            }
        }
        assertThat(held).isPositive();
        assertThat(reached.keySet())
                .containsAll(family == Family.IPV4 ? ORDER : ORDER.subList(0, ORDER.indexOf(HeaderPart.FRAGMENT)));
    }
}
