// SPDX-License-Identifier: Apache-2.0
package io.nfl.bytecode;

import io.nfl.api.classify.ClassifierConstants;
import io.nfl.api.classify.RuleIndex;
import io.nfl.api.classify.RuleLayout.ChainLayout;
import io.nfl.api.classify.TupleTables;
import io.nfl.api.net.Family;
import io.nfl.bytecode.RulePlan.MatchPlan;
import io.nfl.bytecode.RulePlan.Shape;
import io.nfl.check.RequiredHooks;
import io.nfl.ir.Chain;
import io.nfl.ir.Match;
import io.nfl.ir.Rule;
import io.nfl.ir.RuleNumbers;
import io.nfl.ir.Ruleset;
import io.nfl.ir.TableRules;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Chooses how each chain is walked, and gathers what the class is constructed with. */
final class ClassPlanner {
    /** Up to so many rules a straight walk is faster than a search. */
    static final int MAX_STRAIGHT = 24;

    private final Ruleset ruleset;
    private final RuleNumbers numbers;
    private final Map<Object, Integer> parameters = new LinkedHashMap<>();
    private final int[] ruleParameters;
    private final List<RuleIndex> indexes = new ArrayList<>();
    private int nextState;

    private ClassPlanner(final Ruleset ruleset) {
        this.ruleset = ruleset;
        this.numbers = RuleNumbers.of(ruleset);
        this.ruleParameters = new int[numbers.layout().size()];
    }

    static ClassPlan plan(final Ruleset ruleset) {
        return new ClassPlanner(ruleset).plan();
    }

    private ClassPlan plan() {
        final List<ChainPlan> chains = new ArrayList<>();
        for (final TableRules table : ruleset.tables()) {
            for (final Chain chain : table.chains()) {
                chains.add(chain(chain, numbers.layout().chains().get(chains.size())));
            }
        }
        return new ClassPlan(
                ruleset.family(),
                sourceFile(),
                chains,
                new ClassifierConstants(
                        numbers.layout(),
                        numbers.tables(),
                        RequiredHooks.of(ruleset),
                        numbers.states(),
                        List.copyOf(parameters.keySet()),
                        ruleParameters,
                        indexes));
    }

    private ChainPlan chain(final Chain chain, final ChainLayout layout) {
        final List<RulePlan> rules = new ArrayList<>();
        for (final Rule rule : chain.rules()) {
            rules.add(rule(rule, layout.firstRule() + rules.size()));
        }
        return rules.size() <= MAX_STRAIGHT ? new ChainPlan.Straight(layout, rules) : index(layout, rules);
    }

    private RulePlan rule(final Rule rule, final int number) {
        final List<MatchPlan> matches = new ArrayList<>();
        for (final Match match : rule.matches()) {
            final int state = match instanceof Match.Stateful ? nextState++ : MatchPlan.NO_STATE;
            matches.add(new MatchPlan(match, false, state));
        }
        final Optional<Object> parameter = TargetParameter.of(rule.target());
        if (parameter.isPresent()) {
            ruleParameters[number] = parameters.computeIfAbsent(parameter.get(), p -> parameters.size());
        }
        return new RulePlan(number, rule.origin().rule().line(), rule.header(), matches, rule.target());
    }

    private ChainPlan index(final ChainLayout layout, final List<RulePlan> rules) {
        final Map<String, Integer> devices = new LinkedHashMap<>();
        final List<IndexedFields> fields = new ArrayList<>();
        int narrowing = 0;
        for (final RulePlan rule : rules) {
            final IndexedFields each = IndexedFields.of(rule, ruleset.family(), devices);
            narrowing += each.narrows() ? 1 : 0;
            fields.add(each);
        }
        if (narrowing <= MAX_STRAIGHT / 2) {
            return new ChainPlan.Straight(layout, rules);
        }
        final Map<Shape, Integer> shapes = new LinkedHashMap<>();
        final List<RulePlan> kinds = new ArrayList<>();
        final int[] kindOf = new int[rules.size()];
        for (int r = 0; r < kindOf.length; r++) {
            final RulePlan rest = fields.get(r).rest();
            kindOf[r] = shapes.computeIfAbsent(rest.shape(), s -> {
                kinds.add(rest);
                return kinds.size() - 1;
            });
        }
        final int words = ruleset.family() == Family.IPV4 ? TupleTables.IPV4_WORDS : TupleTables.IPV6_WORDS;
        indexes.add(new RuleIndex(
                TupleTablesBuilder.build(words, fields),
                TupleTablesBuilder.build(
                        words,
                        fields.stream().map(ClassPlanner::withoutTransport).toList()),
                kindOf,
                List.copyOf(devices.keySet())));
        return new ChainPlan.Indexed(layout, indexes.size() - 1, kinds);
    }

    /** Addresses and devices alone: an odd packet must find each rule whose header it may have. */
    private static IndexedFields withoutTransport(final IndexedFields fields) {
        final long[] masks = fields.masks().clone();
        final long[] values = fields.values().clone();
        masks[masks.length - 1] &= 0xFF_FFFFL;
        values[values.length - 1] &= 0xFF_FFFFL;
        return new IndexedFields(masks, values, 0x0000_FFFF_0000_FFFFL, new int[2], fields.rest());
    }

    private String sourceFile() {
        for (final ChainLayout chain : numbers.layout().chains()) {
            for (final var site : chain.rules()) {
                if (!site.file().isEmpty()) {
                    return site.file().substring(site.file().lastIndexOf('/') + 1);
                }
            }
        }
        return "";
    }
}
