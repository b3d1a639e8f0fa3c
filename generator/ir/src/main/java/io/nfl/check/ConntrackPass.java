// SPDX-License-Identifier: Apache-2.0
package io.nfl.check;

import io.nfl.api.net.ConntrackState;
import io.nfl.api.net.Hook;
import io.nfl.api.net.Table;
import io.nfl.diag.Code;
import io.nfl.diag.Diagnostic;
import io.nfl.diag.Span;
import io.nfl.ir.Chain;
import io.nfl.ir.ConntrackMatch;
import io.nfl.ir.Invertible;
import io.nfl.ir.Policy;
import io.nfl.ir.Rule;
import io.nfl.ir.Ruleset;
import io.nfl.ir.TableRules;
import java.util.Set;

/** Questions to conntrack where it has no answer yet: in raw, for established in nat, for dnat before nat. */
final class ConntrackPass implements Pass {
    private static final Set<ConntrackState> TRANSLATED = Set.of(ConntrackState.DNAT, ConntrackState.SNAT);

    @Override
    public void run(final Policy policy, final Findings findings) {
        for (final Ruleset ruleset : policy.rulesets()) {
            for (final TableRules table : ruleset.tables()) {
                final ChainGraph graph = new ChainGraph(table);
                for (final Chain chain : table.chains()) {
                    for (final Rule rule : chain.rules()) {
                        graph.places(chain, rule).forEach(r -> rule(table.table(), r.hook(), rule, findings));
                    }
                }
            }
        }
    }

    private static void rule(final Table table, final Hook hook, final Rule rule, final Findings findings) {
        for (int i = 0; i < rule.matches().size(); i++) {
            if (rule.matches().get(i) instanceof ConntrackMatch ct) {
                match(table, hook, rule, ct, rule.origin().match(i), findings);
            }
        }
    }

    private static void match(
            final Table table,
            final Hook hook,
            final Rule rule,
            final ConntrackMatch ct,
            final Span span,
            final Findings findings) {
        final Set<ConntrackState> states =
                ct.states().filter(s -> !s.inverted()).map(Invertible::value).orElse(Set.of());
        switch (table) {
            case RAW -> {
                if (!states.equals(Set.of(ConntrackState.UNTRACKED))) {
                    findings.add(
                            rule,
                            Diagnostic.of(Code.FLOW_CT_RAW, span, "`ct` in raw, before conntrack has run")
                                    .note("every packet reads as invalid here"));
                }
            }
            case NAT -> {
                if (states.contains(ConntrackState.ESTABLISHED)) {
                    findings.add(
                            rule,
                            Diagnostic.of(Code.FLOW_CT_NAT, span, "`ct established` in nat never holds")
                                    .note("nat sees the first packet of a connection, and no other"));
                }
                early(hook, rule, states, span, findings);
            }
            case MANGLE -> early(hook, rule, states, span, findings);
            case FILTER, SECURITY -> {}
        }
    }

    private static void early(
            final Hook hook,
            final Rule rule,
            final Set<ConntrackState> states,
            final Span span,
            final Findings findings) {
        final boolean before = hook == Hook.PREROUTING || hook == Hook.OUTPUT;
        if (before && !states.isEmpty() && TRANSLATED.containsAll(states)) {
            findings.add(
                    rule,
                    Diagnostic.of(
                                    Code.FLOW_CT_EARLY,
                                    span,
                                    "the first packet of a connection is not translated yet here")
                            .note("nat decides after this table; later packets of the connection do match"));
        }
    }
}
