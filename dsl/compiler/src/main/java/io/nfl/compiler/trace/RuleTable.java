// SPDX-License-Identifier: Apache-2.0
package io.nfl.compiler.trace;

import io.nfl.api.net.Family;
import io.nfl.api.net.Table;
import io.nfl.diag.Span;
import io.nfl.engine.pipeline.TraceStep;
import io.nfl.ir.Chain;
import io.nfl.ir.Policy;
import io.nfl.ir.Rule;
import io.nfl.ir.Ruleset;
import io.nfl.ir.TableRules;
import io.nfl.ir.Target;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The rules of a policy by the numbers that steps of a trace carry, and what they were written as. */
public final class RuleTable {
    private final Map<Family, List<Entry>> entries = new EnumMap<>(Family.class);

    /**
     * A rule, or the tail of a chain: its policy or return.
     *
     * @param rule absent for a tail
     */
    public record Entry(Table table, Chain chain, Optional<Rule> rule) {
        /** Whether the compiler made the chain to lower one rule of the policy. */
        private static boolean lowers(final Chain chain, final Rule rule) {
            return chain.hook().isEmpty() && chain.span().equals(rule.origin().rule());
        }

        public boolean isPolicy() {
            return rule.isEmpty() && chain.hook().isPresent();
        }

        /** Whether the chain is the compiler's own. */
        boolean isLowered() {
            return chain.rules().stream().anyMatch(each -> lowers(chain, each));
        }

        /** {@code filter FORWARD}. */
        public String place() {
            return table.label() + " " + chain.name();
        }
    }

    public RuleTable(final Policy policy) {
        for (final Ruleset ruleset : policy.rulesets()) {
            final List<Entry> numbered = new ArrayList<>();
            for (final TableRules table : ruleset.tables()) {
                for (final Chain chain : table.chains()) {
                    chain.rules().forEach(rule -> numbered.add(new Entry(table.table(), chain, Optional.of(rule))));
                    numbered.add(new Entry(table.table(), chain, Optional.empty()));
                }
            }
            entries.put(ruleset.family(), numbered);
        }
    }

    public Entry of(final TraceStep.RuleMatched step) {
        return entries.getOrDefault(step.family(), List.of()).get(step.rule());
    }

    /**
     * The rule of the policy that acts by this step. A rule of the policy may be several in the kernel: those that only
     * lead on to the rest of it, or back where it does not hold, are not it.
     */
    public Optional<Rule> acting(final TraceStep.RuleMatched step) {
        final Entry entry = of(step);
        return entry.rule().filter(rule -> acts(step.family(), entry, rule));
    }

    private boolean acts(final Family family, final Entry entry, final Rule rule) {
        if (rule.target() instanceof Target.Return) {
            return !Entry.lowers(entry.chain(), rule);
        }
        final Optional<String> callee = io.nfl.ir.ChainCalls.callee(rule.target());
        return callee.isEmpty()
                || entries.getOrDefault(family, List.of()).stream()
                        .noneMatch(each -> each.table() == entry.table()
                                && each.chain().name().equals(callee.get())
                                && Entry.lowers(each.chain(), rule));
    }

    /** Where every rule of the policy was written, each once, in order. */
    public Set<Span> written() {
        final Set<Span> spans = new TreeSet<>();
        entries.values()
                .forEach(all -> all.forEach(entry ->
                        entry.rule().ifPresent(rule -> spans.add(rule.origin().rule()))));
        return spans;
    }
}
