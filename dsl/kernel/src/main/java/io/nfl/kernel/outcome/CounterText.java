// SPDX-License-Identifier: Apache-2.0
package io.nfl.kernel.outcome;

import com.google.gson.JsonArray;
import io.nfl.api.classify.Classifier;
import io.nfl.api.classify.RuleLayout.ChainLayout;
import io.nfl.iptables.RulesetWriter;
import io.nfl.ir.Ruleset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Rules with their counters, line by line as {@code iptables-save -c} prints them. */
public final class CounterText {
    private static final String ZERO = "[0:0]";

    private CounterText() {}

    public static JsonArray of(final Ruleset ruleset, final Classifier classifier) {
        final JsonArray array = new JsonArray();
        lines(RulesetWriter.plain(ruleset), classifier).forEach(array::add);
        return array;
    }

    /** @param rules as iptables-save prints them, in the classifier's order */
    public static List<String> lines(final String rules, final Classifier classifier) {
        final List<String> lines = new ArrayList<>();
        final Deque<ChainLayout> declared = new ArrayDeque<>(classifier.layout().chains());
        final Deque<Integer> numbers = new ArrayDeque<>();
        for (final ChainLayout chain : classifier.layout().chains()) {
            for (int rule = chain.firstRule(); rule < chain.tail(); rule++) {
                numbers.add(rule);
            }
        }
        for (final String line : rules.split("\n")) {
            if (line.startsWith(":")) {
                final ChainLayout chain = declared.remove();
                final String counters = chain.hook().isPresent() ? counters(classifier, chain.tail()) : ZERO;
                lines.add(line.replace(ZERO, counters));
            } else if (line.startsWith("-A ")) {
                lines.add(counters(classifier, numbers.remove()) + " " + line);
            } else {
                lines.add(line);
            }
        }
        return lines;
    }

    private static String counters(final Classifier classifier, final int rule) {
        return "[" + classifier.packets(rule) + ":" + classifier.bytes(rule) + "]";
    }
}
