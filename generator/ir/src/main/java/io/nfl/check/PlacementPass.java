// SPDX-License-Identifier: Apache-2.0
package io.nfl.check;

import io.nfl.api.net.Family;
import io.nfl.diag.Code;
import io.nfl.diag.Diagnostic;
import io.nfl.diag.Note;
import io.nfl.diag.Span;
import io.nfl.ir.Chain;
import io.nfl.ir.Policy;
import io.nfl.ir.Rule;
import io.nfl.ir.RuleOrigin.HeaderPart;
import io.nfl.ir.Ruleset;
import io.nfl.ir.TableRules;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Holds every action and match against the placement table, at every hook that its chain is reached from. */
final class PlacementPass implements Pass {
    /** Where one rule of a chain is judged. */
    private record Site(Family family, TableRules table, Chain chain, Rule rule, ChainGraph.Reach reach) {}

    @Override
    public void run(final Policy policy, final Findings findings) {
        for (final Ruleset ruleset : policy.rulesets()) {
            for (final TableRules table : ruleset.tables()) {
                final ChainGraph graph = new ChainGraph(table);
                for (final Chain chain : table.chains()) {
                    for (final Rule rule : chain.rules()) {
                        for (final ChainGraph.Reach reach : graph.places(chain, rule)) {
                            rule(new Site(ruleset.family(), table, chain, rule, reach), findings);
                        }
                    }
                }
            }
        }
    }

    private static void rule(final Site site, final Findings findings) {
        final Rule rule = site.rule();
        ActionWord.of(rule.target())
                .ifPresent(w -> word(site, w, rule.origin().target(), Code.PLACEMENT_ACTION, findings));
        if (rule.header().in().isPresent()) {
            word(site, "in", rule.origin().header(HeaderPart.IN), Code.PLACEMENT_MATCH, findings);
        }
        if (rule.header().out().isPresent()) {
            word(site, "out", rule.origin().header(HeaderPart.OUT), Code.PLACEMENT_MATCH, findings);
        }
        if (rule.header().fragment().isPresent()) {
            word(site, "fragment", rule.origin().header(HeaderPart.FRAGMENT), Code.PLACEMENT_MATCH, findings);
        }
        for (int i = 0; i < rule.matches().size(); i++) {
            final Span span = rule.origin().match(i);
            MatchWord.of(rule.matches().get(i)).ifPresent(w -> word(site, w, span, Code.PLACEMENT_MATCH, findings));
        }
    }

    private static void word(
            final Site site, final String name, final Span span, final Code code, final Findings findings) {
        final Placement.Word word = Placement.word(name);
        final Placement.Place place =
                new Placement.Place(site.table().table(), site.reach().hook());
        final Optional<Placement.Refusal> refusal = Placement.refusal(
                word,
                site.reach().block(),
                place,
                site.family(),
                site.chain().hook().isEmpty());
        if (refusal.isEmpty()) {
            return;
        }
        switch (refusal.get()) {
            case FAMILY ->
                findings.add(
                        Diagnostic.of(Code.FAMILY_CONTRADICTION, span, "`" + name + "` in a rule for " + site.family())
                                .note(word.why()));
            case KERNEL -> findings.add(misplaced(site, word, span, code));
            case LANGUAGE -> {
                if (!site.rule().origin().allowed().contains(code.id())) {
                    findings.add(misplaced(site, word, span, code)
                            .note("the kernel would take it: `@allow(\"" + code.id() + "\")` before the rule lets it"));
                }
            }
        }
    }

    private static Diagnostic misplaced(final Site site, final Placement.Word word, final Span span, final Code code) {
        final String block = site.reach().blockText();
        final String where = site.reach().path().isEmpty()
                ? "in `" + block + "`"
                : "in chain `" + site.chain().name() + "`, which `" + block + "` reaches";
        Diagnostic found = Diagnostic.of(code, span, "`" + word.word() + "` cannot stand " + where);
        final Set<Span> told = new HashSet<>(Set.of(site.rule().origin().rule()));
        for (final ChainGraph.Call call : site.reach().path()) {
            final String from =
                    call.from().hook().isPresent() ? block : call.from().name();
            if (told.add(call.rule().origin().rule())) {
                found = found.note(
                        Note.at(call.rule().origin().target(), "`" + from + "` leads to `" + call.to() + "` here"));
            }
        }
        return found.note(word.why()).note("it may stand in: " + word.places());
    }
}
