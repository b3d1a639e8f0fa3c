// SPDX-License-Identifier: Apache-2.0
package io.nfl.bytecode;

import io.nfl.ir.Chain;
import io.nfl.ir.Match;
import io.nfl.ir.Rule;
import io.nfl.ir.Ruleset;
import io.nfl.ir.TableRules;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Rulesets with a little less in them, the largest cuts first. */
final class Smaller {
    private Smaller() {}

    static List<Ruleset> of(Ruleset ruleset) {
        final List<Ruleset> smaller = new ArrayList<>();
        for (final int part : new int[] {1, 2, 4, 8}) {
            cuts(ruleset, part, smaller);
        }
        for (int t = 0; t < ruleset.tables().size(); t++) {
            final TableRules table = ruleset.tables().get(t);
            for (int c = 0; c < table.chains().size(); c++) {
                final List<Rule> rules = table.chains().get(c).rules();
                for (int r = 0; r < rules.size(); r++) {
                    final int at = r;
                    smaller.add(with(ruleset, t, c, list -> without(list, at, at + 1)));
                    for (int m = 0; m < rules.get(r).matches().size(); m++) {
                        final Rule rule = rules.get(r);
                        final List<Match> matches = without(rule.matches(), m, m + 1);
                        final Rule fewer = Rule.of(rule.origin(), rule.header(), matches, rule.target());
                        smaller.add(with(ruleset, t, c, list -> replaced(list, at, fewer)));
                    }
                }
            }
        }
        return smaller;
    }

    private static void cuts(Ruleset ruleset, int part, List<Ruleset> smaller) {
        for (int t = 0; t < ruleset.tables().size(); t++) {
            for (int c = 0; c < ruleset.tables().get(t).chains().size(); c++) {
                final int size = ruleset.tables().get(t).chains().get(c).rules().size();
                final int length = size / part;
                for (int from = 0; length > 1 && from + length <= size; from += length) {
                    final int begin = from;
                    smaller.add(with(ruleset, t, c, list -> without(list, begin, begin + length)));
                }
            }
        }
    }

    static <T> List<T> without(List<T> list, int from, int to) {
        final List<T> rest = new ArrayList<>(list);
        rest.subList(from, to).clear();
        return rest;
    }

    static <T> List<T> replaced(List<T> list, int at, T value) {
        final List<T> copy = new ArrayList<>(list);
        copy.set(at, value);
        return copy;
    }

    static Ruleset with(Ruleset ruleset, int table, int chain, UnaryOperator<List<Rule>> change) {
        final TableRules old = ruleset.tables().get(table);
        final Chain changed = old.chains().get(chain);
        final Chain made = new Chain(
                changed.span(), changed.name(), changed.hook(), changed.policyAccepts(), change.apply(changed.rules()));
        return new Ruleset(
                ruleset.family(),
                replaced(ruleset.tables(), table, new TableRules(old.table(), replaced(old.chains(), chain, made))));
    }
}
