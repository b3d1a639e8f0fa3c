// SPDX-License-Identifier: Apache-2.0
package io.nfl.bytecode;

import io.nfl.ir.Chain;
import io.nfl.ir.Match;
import io.nfl.ir.Rule;
import io.nfl.ir.Ruleset;
import io.nfl.ir.TableRules;
import java.util.ArrayList;
import java.util.List;

/**
 * A ruleset with one match of one rule taken away or turned into its contrary.
 *
 * @param rule number of the rule
 * @param kind of the match
 */
record Mutation(int rule, String kind, Ruleset mutated) {
    /** A match that no packet passes stands in for the contrary of any match. */
    private static final Match NEVER = new Match.Length(1, 0, false);

    /** For each match of each rule: the same rule with a match that never holds in its place. */
    static List<Mutation> all(Ruleset ruleset) {
        final List<Mutation> mutations = new ArrayList<>();
        int number = 0;
        for (int t = 0; t < ruleset.tables().size(); t++) {
            final TableRules table = ruleset.tables().get(t);
            for (int c = 0; c < table.chains().size(); c++) {
                final Chain chain = table.chains().get(c);
                for (int r = 0; r < chain.rules().size(); r++) {
                    final Rule rule = chain.rules().get(r);
                    for (int m = 0; m < rule.matches().size(); m++) {
                        if (!(rule.matches().get(m) instanceof Match.Stateful)) {
                            final List<Match> matches = Smaller.replaced(rule.matches(), m, NEVER);
                            final Rule other = Rule.of(rule.origin(), rule.header(), matches, rule.target());
                            final int at = r;
                            mutations.add(new Mutation(
                                    number,
                                    KindNames.of(rule.matches().get(m)),
                                    Smaller.with(ruleset, t, c, list -> Smaller.replaced(list, at, other))));
                        }
                    }
                    number++;
                }
                number++;
            }
        }
        return mutations;
    }
}
