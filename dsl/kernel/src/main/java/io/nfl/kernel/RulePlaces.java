// SPDX-License-Identifier: Apache-2.0
package io.nfl.kernel;

import io.nfl.api.net.Family;
import io.nfl.ir.Chain;
import io.nfl.ir.Policy;
import io.nfl.ir.Rule;
import io.nfl.ir.TableRules;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Where the rules of trace lines were written. */
final class RulePlaces {
    private final Map<String, String> places = new HashMap<>();

    RulePlaces(final Policy policy) {
        policy.rulesets().forEach(ruleset -> {
            for (final TableRules table : ruleset.tables()) {
                for (final Chain chain : table.chains()) {
                    int number = 1;
                    for (final Rule rule : chain.rules()) {
                        places.put(
                                key(ruleset.family(), table.table().label() + ":" + chain.name() + ":rule:" + number++),
                                place(rule));
                    }
                }
            }
        });
    }

    private static String key(final Family family, final String line) {
        return family + " " + line;
    }

    private static String place(final Rule rule) {
        final Path file = Path.of(rule.origin().rule().file());
        final Path name = file.getFileName();
        return (name == null ? file : name) + ":" + rule.origin().rule().line()
                + rule.label().map(label -> " \"" + label + "\"").orElse("");
    }

    /**
     * A trace line with the rule's place.
     *
     * @param line {@code filter:FORWARD:rule:3}; what nf_tables says after a blank is left out, and the numbers that
     *     legacy gives to ends of chains too
     */
    String told(final Family family, final String line) {
        final String plain = line.split(" ", 2)[0].replaceAll(":(policy|return):\\w+$", ":$1");
        final String place = places.get(key(family, plain));
        return place == null ? plain : plain + "  " + place;
    }
}
