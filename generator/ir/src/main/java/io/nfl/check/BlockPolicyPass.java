// SPDX-License-Identifier: Apache-2.0
package io.nfl.check;

import io.nfl.api.net.Table;
import io.nfl.diag.Code;
import io.nfl.diag.Diagnostic;
import io.nfl.diag.Span;
import io.nfl.ir.Chain;
import io.nfl.ir.Policy;
import io.nfl.ir.Ruleset;
import io.nfl.ir.TableRules;
import java.util.Locale;

/** Drop is the filter table's policy: nat takes none, elsewhere it surprises. */
final class BlockPolicyPass implements Pass {
    @Override
    public void run(final Policy policy, final Findings findings) {
        for (final Ruleset ruleset : policy.rulesets()) {
            for (final TableRules table : ruleset.tables()) {
                table.chains().stream().filter(c -> !c.policyAccepts()).forEach(c -> chain(table.table(), c, findings));
            }
        }
    }

    private static void chain(final Table table, final Chain chain, final Findings findings) {
        final String block = table.label() + " " + chain.name().toLowerCase(Locale.ROOT);
        final Span span = chain.span().line() == 0 && !chain.rules().isEmpty()
                ? chain.rules().get(0).origin().rule()
                : chain.span();
        switch (table) {
            case FILTER -> {}
            case NAT ->
                findings.add(Diagnostic.of(Code.PLACEMENT_POLICY, span, "`" + block + "` takes no policy but accept")
                        .note("nat sees only the first packet of a connection: drop in filter"));
            case RAW, MANGLE, SECURITY ->
                findings.add(Diagnostic.of(Code.PLACEMENT_POLICY_DROP, span, "policy drop in `" + block + "`")
                        .note("packets are accepted and dropped in filter; nobody looks for it here"));
        }
    }
}
