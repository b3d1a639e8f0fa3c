// SPDX-License-Identifier: Apache-2.0
package io.nfl.check;

import io.nfl.api.net.Hook;
import io.nfl.api.net.Table;
import io.nfl.diag.Code;
import io.nfl.diag.Diagnostic;
import io.nfl.diag.Note;
import io.nfl.ir.Policy;
import io.nfl.ir.Rule;
import io.nfl.ir.Ruleset;
import io.nfl.ir.TableRules;
import io.nfl.ir.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Translations of packets that raw has taken out of tracking at the same hook: nat never sees them. */
final class UntrackedNatPass implements Pass {
    @Override
    public void run(final Policy policy, final Findings findings) {
        for (final Ruleset ruleset : policy.rulesets()) {
            final Optional<TableRules> raw = ruleset.table(Table.RAW);
            final Optional<TableRules> nat = ruleset.table(Table.NAT);
            if (raw.isPresent() && nat.isPresent()) {
                for (final Hook hook : List.of(Hook.PREROUTING, Hook.OUTPUT)) {
                    at(hook, raw.get(), nat.get(), findings);
                }
            }
        }
    }

    private static void at(final Hook hook, final TableRules raw, final TableRules nat, final Findings findings) {
        for (final Rule rule : new ChainGraph(nat).rulesAt(hook)) {
            if (Verdicts.translates(rule.target())) {
                untracking(rule, hook, raw)
                        .ifPresent(by -> findings.add(
                                rule,
                                Diagnostic.of(
                                                Code.FLOW_NAT_UNTRACKED,
                                                rule.origin().target(),
                                                "these packets are not tracked, so nat never sees them")
                                        .note(Note.at(by.origin().target(), "taken out of tracking here"))
                                        .note("nat translates connections; what has none passes it untranslated")));
            }
        }
    }

    /** The rule of the built-in chain of raw that takes out all that the other could translate. */
    private static Optional<Rule> untracking(final Rule translation, final Hook hook, final TableRules raw) {
        final Verdicts verdicts = new Verdicts(raw);
        final List<Rule> leaving = new ArrayList<>();
        for (final Rule rule : raw.chainAt(hook).orElseThrow().rules()) {
            if (rule.target() instanceof Target.NoTrack
                    && Implication.holds(translation, rule)
                    && leaving.stream().allMatch(l -> Implication.apart(l.header(), translation.header()))) {
                return Optional.of(rule);
            }
            if (verdicts.endsChain(rule) || rule.target() instanceof Target.Jump) {
                leaving.add(rule);
            }
        }
        return Optional.empty();
    }
}
