// SPDX-License-Identifier: Apache-2.0
package io.nfl.check;

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
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Rules that never take a packet, because earlier ones of the chain take them all: in each family and each copy. */
final class ShadowPass implements Pass {
    /** What is known of one written rule. */
    private static final class Written {
        private boolean open;
        private Optional<Rule> rule = Optional.empty();
        private final Set<Rule> coverers = new LinkedHashSet<>();
    }

    @Override
    public void run(final Policy policy, final Findings findings) {
        final Map<Span, Written> all = new LinkedHashMap<>();
        for (final Ruleset ruleset : policy.rulesets()) {
            for (final TableRules table : ruleset.tables()) {
                final Set<String> inner = innerChains(table);
                final Verdicts verdicts = new Verdicts(table);
                table.chains().stream().filter(c -> !inner.contains(c.name())).forEach(c -> chain(c, verdicts, all));
            }
        }
        all.remove(Span.NONE);
        all.values().stream().filter(w -> !w.open).forEach(w -> w.rule.ifPresent(r -> report(r, w, findings)));
    }

    private static void chain(final Chain chain, final Verdicts verdicts, final Map<Span, Written> all) {
        final EarlierRules earlier = new EarlierRules();
        for (final Rule rule : chain.rules()) {
            final Written written = all.computeIfAbsent(rule.origin().rule(), s -> new Written());
            written.rule = Optional.of(rule);
            final Optional<Rule> covering = earlier.covering(rule);
            covering.ifPresentOrElse(written.coverers::add, () -> written.open = true);
            if (verdicts.changesPacket(rule)) {
                earlier.forgetMutable();
            }
            if (verdicts.endsChain(rule)) {
                earlier.add(rule);
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

    private static void report(final Rule rule, final Written written, final Findings findings) {
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
        Diagnostic found = Diagnostic.of(code, rule.origin().rule(), message);
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
