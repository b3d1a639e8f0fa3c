// SPDX-License-Identifier: Apache-2.0
package io.nfl.ide;

import io.nfl.api.net.Family;
import io.nfl.api.net.Table;
import io.nfl.diag.Span;
import io.nfl.iptables.RulesetWriter;
import io.nfl.ir.Chain;
import io.nfl.ir.Policy;
import io.nfl.ir.Rule;
import io.nfl.ir.Ruleset;
import io.nfl.ir.TableRules;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What each rule of a policy becomes, by the place where it was written. */
final class RuleLines {
    private final Map<Span, List<Written>> written = new HashMap<>();

    private record Written(Family family, Table table, Chain chain, Rule rule) {}

    private RuleLines() {}

    static RuleLines of(final Policy policy) {
        final RuleLines lines = new RuleLines();
        for (final Ruleset ruleset : policy.rulesets()) {
            for (final TableRules table : ruleset.tables()) {
                for (final Chain chain : table.chains()) {
                    chain.rules()
                            .forEach(rule -> lines.written
                                    .computeIfAbsent(rule.origin().rule(), span -> new ArrayList<>(2))
                                    .add(new Written(ruleset.family(), table.table(), chain, rule)));
                }
            }
        }
        return lines;
    }

    /** The lines of iptables-restore that a rule becomes in a family, by table, in the order of the file. */
    Map<Table, List<String>> of(final Span rule, final Family family) {
        final Map<Table, List<String>> lines = new LinkedHashMap<>();
        for (final Written each : written.getOrDefault(rule, List.of())) {
            if (each.family() == family) {
                lines.computeIfAbsent(each.table(), table -> new ArrayList<>())
                        .add(RulesetWriter.line(family, each.chain(), each.rule()));
            }
        }
        return lines;
    }
}
