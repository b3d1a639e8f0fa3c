// SPDX-License-Identifier: Apache-2.0
package io.nfl.ir;

import io.nfl.api.classify.RuleLayout;
import io.nfl.api.classify.RuleLayout.ChainLayout;
import io.nfl.api.classify.RuleLayout.RuleSite;
import io.nfl.api.classify.StateSpec;
import io.nfl.api.net.Table;
import io.nfl.diag.Span;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The one numbering of a ruleset's rules and of its stateful matches: table by table, chain by chain, rule by rule,
 * match by match, as they stand in the {@link Ruleset}. Evaluator and bytecode both take it from here, so that their
 * counters, traces and states are comparable number by number.
 */
public record RuleNumbers(RuleLayout layout, Set<Table> tables, List<StateSpec> states) {
    public RuleNumbers {
        tables = Set.copyOf(tables);
        states = List.copyOf(states);
    }

    public static RuleNumbers of(final Ruleset ruleset) {
        final List<ChainLayout> chains = new ArrayList<>();
        final Set<Table> tables = EnumSet.noneOf(Table.class);
        final List<StateSpec> states = new ArrayList<>();
        int next = 0;
        for (final TableRules table : ruleset.tables()) {
            tables.add(table.table());
            for (final Chain chain : table.chains()) {
                final List<RuleSite> sites = new ArrayList<>(chain.rules().size());
                for (final Rule rule : chain.rules()) {
                    final Span span = rule.origin().rule();
                    sites.add(new RuleSite(span.file(), span.line(), rule.label(), isPlainVerdict(rule)));
                    addStates(rule, states);
                }
                chains.add(
                        new ChainLayout(table.table(), chain.name(), chain.hook(), chain.policyAccepts(), next, sites));
                next += sites.size() + 1;
            }
        }
        return new RuleNumbers(new RuleLayout(chains), tables, states);
    }

    /** {@code unconditional} of ip_tables.c; a comment is a match there. */
    private static boolean isPlainVerdict(final Rule rule) {
        final IpHeaderMatch header = rule.header();
        final boolean anySource =
                header.source().map(t -> t.value().isAny() && !t.inverted()).orElse(true);
        final boolean anyDestination = header.destination()
                .map(t -> t.value().isAny() && !t.inverted())
                .orElse(true);
        return anySource
                && anyDestination
                && header.in().isEmpty()
                && header.out().isEmpty()
                && header.protocol().isEmpty()
                && header.fragment().isEmpty()
                && rule.matches().isEmpty()
                && rule.comment().isEmpty()
                && (rule.target() instanceof Target.Accept
                        || rule.target() instanceof Target.Drop
                        || rule.target() instanceof Target.Return);
    }

    private static void addStates(final Rule rule, final List<StateSpec> states) {
        for (final Match match : rule.matches()) {
            if (match instanceof Match.Stateful stateful) {
                states.add(stateful.spec());
            }
        }
    }
}
