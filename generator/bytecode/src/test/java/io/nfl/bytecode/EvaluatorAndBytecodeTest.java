// SPDX-License-Identifier: Apache-2.0
package io.nfl.bytecode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.nfl.api.net.Family;
import io.nfl.api.net.Hook;
import io.nfl.api.net.Table;
import io.nfl.ir.Chain;
import io.nfl.ir.ChainCalls;
import io.nfl.ir.Match;
import io.nfl.ir.Rule;
import io.nfl.ir.Ruleset;
import io.nfl.ir.TableRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/**
 * The evaluator and the bytecode do the same to every packet: verdict, rules told, states asked and their order,
 * targets called with what, packet left behind, counters. {@code -Dnfl.seed} repeats one ruleset of a failure.
 */
class EvaluatorAndBytecodeTest {
    private static final int RULESETS = 400;
    private static final int PACKETS = 500;
    private static final long FIRST_SEED = Long.getLong("nfl.seed", 20_261_121L);

    private static RandomGenerator random(long seed) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    /** A packet and the chain that it meets. */
    record Probe(Table table, Hook hook, TestPacket packet) {}

    @Test
    void agreeOnTwoHundredThousandPacketsOfRandomRules() {
        final Map<String, Long> histogram = new TreeMap<>();
        final int rulesets = Long.getLong("nfl.seed") == null ? RULESETS : 1;
        int packets = 0;
        for (int i = 0; i < rulesets; i++) {
            final long seed = FIRST_SEED + i;
            final RandomField fields = new RandomField(random(seed), Family.values()[i % 2]);
            final Ruleset ruleset = new RandomRules(fields).ruleset();
            final List<Probe> probes = probes(fields, ruleset);
            packets += probes.size();
            final Optional<String> difference = difference(ruleset, ruleset, probes);
            if (difference.isPresent()) {
                final Ruleset small = shrink(ruleset, probes);
                fail(
                        "seed %d: %s%nshrunk to %s%n%s",
                        seed, difference.get(), describe(small), difference(small, small, probes));
            }
            count(ruleset, probes, histogram);
        }
        System.out.println("evaluator = bytecode on " + packets + " packets; rules hit: " + histogram);
        if (rulesets == RULESETS) {
            assertThat(packets).isEqualTo(RULESETS * PACKETS);
            assertThat(histogram.keySet()).containsAll(KindNames.ALL);
        }
    }

    static List<Probe> probes(RandomField fields, Ruleset ruleset) {
        final RandomPackets packets = new RandomPackets(fields);
        final List<Probe> probes = new ArrayList<>();
        for (int p = 0; p < PACKETS; p++) {
            final TableRules table = fields.pick(ruleset.tables());
            final Hook hook = fields.pick(List.copyOf(table.table().hooks()));
            probes.add(new Probe(table.table(), hook, packets.next(hook)));
        }
        return probes;
    }

    /** The first thing that the two do otherwise. */
    static Optional<String> difference(Ruleset evaluated, Ruleset compiled, List<Probe> probes) {
        return difference(Walk.evaluator(evaluated), Walk.bytecode(compiled), probes);
    }

    static Optional<String> difference(Walk evaluator, Walk bytecode, List<Probe> probes) {
        for (final Probe probe : probes) {
            final String expected = evaluator.classify(probe.table(), probe.hook(), probe.packet());
            final String actual = bytecode.classify(probe.table(), probe.hook(), probe.packet());
            if (!expected.equals(actual)) {
                return Optional.of(probe.table() + " " + probe.hook() + " " + probe.packet() + "\nevaluator " + expected
                        + "\nbytecode  " + actual);
            }
        }
        for (int rule = 0; rule < evaluator.classifier.layout().size(); rule++) {
            if (evaluator.classifier.packets(rule) != bytecode.classifier.packets(rule)
                    || evaluator.classifier.bytes(rule) != bytecode.classifier.bytes(rule)) {
                return Optional.of("counters of rule " + rule);
            }
        }
        return Optional.empty();
    }

    /** Takes rules away, then matches, as long as the two still differ. */
    private static Ruleset shrink(Ruleset ruleset, List<Probe> probes) {
        Ruleset small = ruleset;
        boolean smaller = true;
        while (smaller) {
            smaller = false;
            for (final Ruleset candidate : Smaller.of(small)) {
                if (difference(candidate, candidate, probes).isPresent()) {
                    small = candidate;
                    smaller = true;
                    break;
                }
            }
        }
        return small;
    }

    static String describe(Ruleset ruleset) {
        final StringBuilder text = new StringBuilder();
        for (final TableRules table : ruleset.tables()) {
            for (final Chain chain : table.chains()) {
                for (final Rule rule : chain.rules()) {
                    text.append(table.table()).append(' ').append(chain.name()).append(' ');
                    text.append(rule.header()).append(' ').append(rule.matches());
                    text.append(' ').append(rule.target()).append('\n');
                }
            }
        }
        return text.toString();
    }

    private static void count(Ruleset ruleset, List<Probe> probes, Map<String, Long> histogram) {
        final Walk walk = Walk.evaluator(ruleset);
        probes.forEach(probe -> walk.classify(probe.table(), probe.hook(), probe.packet()));
        int number = 0;
        for (final TableRules table : ruleset.tables()) {
            for (final Chain chain : table.chains()) {
                for (final Rule rule : chain.rules()) {
                    final long hits = walk.classifier.packets(number++);
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

    @Test
    void aMutationOfAnySingleMatchOfOneSideIsSeen() {
        final Map<String, Integer> seen = new TreeMap<>();
        final Map<String, Integer> tried = new TreeMap<>();
        for (int i = 0; i < 60; i++) {
            final RandomField fields = new RandomField(random(FIRST_SEED + 10_000 + i), Family.values()[i % 2]);
            final Ruleset ruleset = new RandomRules(fields).ruleset();
            final List<Probe> probes = probes(fields, ruleset);
            final Walk walk = Walk.evaluator(ruleset);
            probes.forEach(probe -> walk.classify(probe.table(), probe.hook(), probe.packet()));
            for (final Mutation mutation : Mutation.all(ruleset)) {
                // A match of a rule that no packet hits may stand behind one that takes all.
                if (walk.classifier.packets(mutation.rule()) > 0 && tried.getOrDefault(mutation.kind(), 0) < 12) {
                    tried.merge(mutation.kind(), 1, Integer::sum);
                    seen.merge(
                            mutation.kind(),
                            difference(ruleset, mutation.mutated(), probes).isPresent() ? 1 : 0,
                            Integer::sum);
                }
            }
        }
        System.out.println("mutations seen " + seen + " of " + tried);
        assertThat(seen).isEqualTo(tried);
    }

    @Test
    void agreeOnChainsOfThousands() {
        for (final Family family : Family.values()) {
            final RandomField fields = new RandomField(random(FIRST_SEED + 20_000), family);
            final Ruleset ruleset = new RandomRules(fields).longChain(3_000);
            assertThat(difference(ruleset, ruleset, probes(fields, ruleset))).isEmpty();
        }
    }

    @Test
    void compilingTwiceGivesTheSameBytes() {
        final Ruleset ruleset = new RandomRules(new RandomField(random(7), Family.IPV4)).ruleset();
        assertThat(ClassifierCompiler.compile(ruleset, "x/A").classFile())
                .isEqualTo(ClassifierCompiler.compile(ruleset, "x/A").classFile());
    }

    @Test
    void theRandomRulesCallOnlyLaterChains() {
        final Ruleset ruleset = new RandomRules(new RandomField(random(7), Family.IPV4)).ruleset();
        for (final TableRules table : ruleset.tables()) {
            final List<String> names = table.chains().stream().map(Chain::name).toList();
            for (final Chain chain : table.chains()) {
                for (final Rule rule : chain.rules()) {
                    ChainCalls.callee(rule.target())
                            .ifPresent(callee ->
                                    assertThat(names.indexOf(callee)).isGreaterThan(names.indexOf(chain.name())));
                }
            }
        }
    }
}
