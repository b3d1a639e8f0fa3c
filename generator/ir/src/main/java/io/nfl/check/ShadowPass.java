// SPDX-License-Identifier: Apache-2.0
package io.nfl.check;

import io.nfl.api.net.Table;
import io.nfl.diag.Code;
import io.nfl.diag.Diagnostic;
import io.nfl.diag.Note;
import io.nfl.diag.Span;
import io.nfl.ir.Chain;
import io.nfl.ir.ChainCalls;
import io.nfl.ir.Policy;
import io.nfl.ir.Rule;
import io.nfl.ir.Ruleset;
import io.nfl.ir.TableRules;
import io.nfl.ir.Target;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Rules that never take a packet, because earlier ones of the chain take them all: in each family and each copy. */
final class ShadowPass implements Pass {
    /** What is known of one written rule. */
    private static final class Written {
        private boolean open;
        private Optional<Rule> rule = Optional.empty();
        private final Set<Rule> coverers = new LinkedHashSet<>();

        /** What a declaration is to accept is accepted where an earlier rule does it. */
        private boolean isAcceptedBefore() {
            return coverers.stream().allMatch(each -> each.target() instanceof Target.Accept);
        }
    }

    /** A written rule in a chain: what one declaration stands for is in several. */
    private record Place(Span span, Optional<Table> table, String chain) {}

    @Override
    public void run(final Policy policy, final Findings findings) {
        final Map<Place, Written> all = new LinkedHashMap<>();
        for (final Ruleset ruleset : policy.rulesets()) {
            for (final TableRules table : ruleset.tables()) {
                new Walk(table, all).walk();
            }
        }
        final Map<Span, Long> chains =
                all.keySet().stream().collect(Collectors.groupingBy(Place::span, Collectors.counting()));
        all.forEach((place, written) -> {
            final boolean declared = chains.getOrDefault(place.span(), 0L) > 1;
            if (!written.open && !place.span().equals(Span.NONE) && !(declared && written.isAcceptedBefore())) {
                written.rule.ifPresent(rule -> report(rule, written, declared, findings));
            }
        });
    }

    /** The chains of a table, each once: those that one rule alone calls where that rule stands. */
    private static final class Walk {
        private final TableRules table;
        private final Map<Place, Written> all;
        private final Set<String> inner;
        private final Set<String> builtIn;
        private final Set<String> calledOnce = new HashSet<>();
        private final Map<String, Chain> chains = new HashMap<>();
        private final Verdicts verdicts;

        private Walk(final TableRules table, final Map<Place, Written> all) {
            this.table = table;
            this.all = all;
            this.inner = innerChains(table);
            this.builtIn = table.chains().stream()
                    .filter(each -> each.hook().isPresent())
                    .map(Chain::name)
                    .collect(Collectors.toSet());
            this.verdicts = new Verdicts(table);
        }

        private void walk() {
            final Map<String, Integer> calls = new HashMap<>();
            for (final Chain chain : table.chains()) {
                chains.put(chain.name(), chain);
                final int weight = inner.contains(chain.name()) ? 2 : 1;
                chain.rules()
                        .forEach(rule -> ChainCalls.callee(rule.target())
                                .ifPresent(callee -> calls.merge(callee, weight, Integer::sum)));
            }
            calls.forEach((name, count) -> {
                if (count == 1 && !inner.contains(name)) {
                    calledOnce.add(name);
                }
            });
            table.chains().stream()
                    .filter(each -> !inner.contains(each.name()) && !calledOnce.contains(each.name()))
                    .forEach(each -> chain(each, new EarlierRules()));
        }

        /** A user chain is written once for all tables; chains that are made of another begin with its name. */
        private Place place(final Rule rule, final Chain chain) {
            final int dot = chain.name().indexOf('.');
            final String name = dot < 0 ? chain.name() : chain.name().substring(0, dot);
            return new Place(
                    rule.origin().rule(), Optional.of(table.table()).filter(each -> builtIn.contains(name)), name);
        }

        private void chain(final Chain chain, final EarlierRules earlier) {
            for (final Rule rule : chain.rules()) {
                final Written written = all.computeIfAbsent(place(rule, chain), each -> new Written());
                written.rule = Optional.of(rule);
                final Optional<Rule> covering = earlier.covering(rule);
                covering.ifPresentOrElse(written.coverers::add, () -> written.open = true);
                ChainCalls.callee(rule.target())
                        .filter(callee -> covering.isEmpty() && calledOnce.contains(callee))
                        .map(chains::get)
                        .ifPresent(callee -> chain(callee, earlier.called()));
                if (verdicts.changesPacket(rule)) {
                    earlier.forgetMutable();
                }
                if (verdicts.endsChain(rule)) {
                    earlier.add(rule);
                }
            }
        }
    }

    /** Chains that the compiler made for one written rule: all their rules, and all that call them, have its place. */
    private static Set<String> innerChains(final TableRules table) {
        final Map<String, Set<Span>> spans = new HashMap<>();
        final Set<String> called = new HashSet<>();
        for (final Chain chain : table.chains()) {
            for (final Rule rule : chain.rules()) {
                final Span span = rule.origin().rule();
                spans.computeIfAbsent(chain.name(), n -> new HashSet<>()).add(span);
                ChainCalls.callee(rule.target()).ifPresent(c -> {
                    called.add(c);
                    spans.computeIfAbsent(c, n -> new HashSet<>()).add(span);
                });
            }
        }
        final Set<String> inner = new HashSet<>();
        for (final Chain chain : table.chains()) {
            final boolean ofOneRule = spans.getOrDefault(chain.name(), Set.of()).size() == 1;
            if (chain.hook().isEmpty() && called.contains(chain.name()) && ofOneRule) {
                inner.add(chain.name());
            }
        }
        return inner;
    }

    private static void report(
            final Rule rule, final Written written, final boolean declared, final Findings findings) {
        final Rule first = written.coverers.iterator().next();
        final boolean everything = Verdicts.matchesAll(first);
        final boolean same = written.coverers.size() == 1
                && first.header().equals(rule.header())
                && first.matches().equals(rule.matches())
                && first.target().equals(rule.target());
        final Code code = everything ? Code.FLOW_UNREACHABLE : same ? Code.FLOW_DUPLICATE : Code.FLOW_SHADOWED;
        final String message = switch (code) {
            case FLOW_UNREACHABLE -> "no packet comes to this rule";
            case FLOW_DUPLICATE -> "this rule stands here already";
            default -> "an earlier rule takes all that this one could match";
        };
        Diagnostic found = Diagnostic.of(
                code,
                rule.origin().rule(),
                declared ? "an earlier rule takes packets that are meant for this" : message);
        final Set<Span> told = new HashSet<>();
        for (final Rule coverer : written.coverers) {
            if (told.size() < 3 && told.add(coverer.origin().rule())) {
                found = found.note(
                        Note.at(coverer.origin().rule(), everything ? "this one takes every packet" : "taken here"));
            }
        }
        findings.add(rule, found);
    }
}
