// SPDX-License-Identifier: Apache-2.0
package io.nfl.compiler.trace;

import io.nfl.api.host.RoutingTables;
import io.nfl.api.net.Family;
import io.nfl.api.net.Table;
import io.nfl.diag.Span;
import io.nfl.engine.pipeline.TraceStep;
import io.nfl.ir.Chain;
import io.nfl.ir.ChainCalls;
import io.nfl.ir.Policy;
import io.nfl.ir.Rule;
import io.nfl.ir.Ruleset;
import io.nfl.ir.TableRules;
import io.nfl.ir.Target;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The rules of a policy by the numbers that steps of a trace carry, and what they were written as. */
public final class RuleTable {
    private final Map<Family, List<Entry>> entries = new EnumMap<>(Family.class);
    private final Map<ChainKey, Chain> chains = new HashMap<>();
    private final Map<Integer, String> routingTables;

    private record ChainKey(Family family, Table table, String name) {}

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

        /** Whether the chain is the compiler's own: no policy can declare a name with a dot. */
        boolean isLowered() {
            return chain.name().contains(".");
        }

        /** {@code filter FORWARD}. */
        public String place() {
            return table.label() + " " + chain.name();
        }
    }

    public RuleTable(final Policy policy) {
        routingTables = policy.tables();
        for (final Ruleset ruleset : policy.rulesets()) {
            final List<Entry> numbered = new ArrayList<>();
            for (final TableRules table : ruleset.tables()) {
                for (final Chain chain : table.chains()) {
                    chains.put(new ChainKey(ruleset.family(), table.table(), chain.name()), chain);
                    chain.rules().forEach(rule -> numbered.add(new Entry(table.table(), chain, Optional.of(rule))));
                    numbered.add(new Entry(table.table(), chain, Optional.empty()));
                }
            }
            entries.put(ruleset.family(), numbered);
        }
    }

    public Entry of(final TraceStep.RuleMatched step) {
        return of(step.family(), step.rule());
    }

    /** @param rule a number of the family's RuleLayout */
    Entry of(final Family family, final int rule) {
        return entries.getOrDefault(family, List.of()).get(rule);
    }

    /** In the order of their numbers. */
    List<Entry> all(final Family family) {
        return Collections.unmodifiableList(entries.getOrDefault(family, List.of()));
    }

    /** Of both families. */
    List<Entry> all() {
        return entries.values().stream().flatMap(List::stream).toList();
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
        if (!(rule.target() instanceof Target.Return) || !Entry.lowers(entry.chain(), rule)) {
            return !leadsOn(family, entry.table(), rule);
        }
        // a return in a chain of the rule's own is its action only where it has no other
        return entries.getOrDefault(family, List.of()).stream()
                .filter(each -> each.table() == entry.table())
                .flatMap(each -> each.rule().stream())
                .filter(each -> each.origin().rule().equals(rule.origin().rule()))
                .allMatch(each -> each.target() instanceof Target.Return || leadsOn(family, entry.table(), each));
    }

    /** Whether a rule only leads to the rest of what it lowers, or of its chain. */
    private boolean leadsOn(final Family family, final Table table, final Rule rule) {
        final Optional<String> callee = ChainCalls.callee(rule.target());
        return callee.map(name -> chains.get(new ChainKey(family, table, name)))
                .filter(chain -> Entry.lowers(chain, rule))
                .isPresent();
    }

    /** A routing table: {@code second (7)} where the policy has a name for it, {@code main} where the kernel has. */
    public String routingTable(final int number) {
        final String name = routingTables.get(number);
        return name == null ? kernelName(number) : name + " (" + Integer.toUnsignedString(number) + ")";
    }

    /** By the name that {@code ip route} has for it. */
    private static String kernelName(final int number) {
        return switch (number) {
            case RoutingTables.LOCAL -> "local";
            case RoutingTables.MAIN -> "main";
            case RoutingTables.DEFAULT -> "default";
            default -> Integer.toUnsignedString(number);
        };
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
