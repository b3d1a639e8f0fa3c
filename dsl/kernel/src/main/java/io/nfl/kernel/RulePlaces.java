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
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The rules that trace lines name: their numbers, and where they were written. */
final class RulePlaces {
    private static final Pattern LINE = Pattern.compile("([^:]+:[^ ]+):(rule|policy|return):(\\w+)");

    private final Map<String, Place> places = new HashMap<>();

    /** @param number of the family's RuleLayout @param written empty for the end of a chain */
    private record Place(int number, String written) {}

    RulePlaces(final Policy policy) {
        policy.rulesets().forEach(ruleset -> {
            int next = 0;
            for (final TableRules table : ruleset.tables()) {
                for (final Chain chain : table.chains()) {
                    final String begin = key(ruleset.family(), table.table().label() + ":" + chain.name());
                    int inChain = 1;
                    for (final Rule rule : chain.rules()) {
                        places.put(begin + ":rule:" + inChain++, new Place(next++, written(rule)));
                    }
                    final String end = chain.hook().isPresent() ? ":policy" : ":return";
                    places.put(begin + end, new Place(next++, ""));
                }
            }
        });
    }

    private static String key(final Family family, final String line) {
        return family + " " + line;
    }

    private static String written(final Rule rule) {
        final Path file = Path.of(rule.origin().rule().file());
        final Path name = file.getFileName();
        return (name == null ? file : name) + ":" + rule.origin().rule().line()
                + rule.label().map(label -> " \"" + label + "\"").orElse("");
    }

    /**
     * The rule that a line names. Legacy calls a rule that drops, accepts or returns without a match an end of its
     * chain, too ({@code get_chainname_rulenum} of net/ipv4/netfilter/ip_tables.c): the number tells them apart.
     */
    private Optional<Place> place(final Family family, final String line) {
        final Matcher parts = LINE.matcher(line);
        if (!parts.lookingAt()) {
            return Optional.empty();
        }
        final Place rule = places.get(key(family, parts.group(1) + ":rule:" + parts.group(3)));
        return Optional.ofNullable(
                rule == null ? places.get(key(family, parts.group(1) + ":" + parts.group(2))) : rule);
    }

    /** The rule's number in the family's RuleLayout; absent for what is no rule of the policy. */
    OptionalInt number(final Family family, final String line) {
        return place(family, line).map(Place::number).stream()
                .mapToInt(Integer::intValue)
                .findFirst();
    }

    /**
     * A trace line with the rule's place.
     *
     * @param line {@code filter:FORWARD:rule:3}; what nf_tables says after a blank is left out, and the numbers that
     *     legacy gives to ends of chains too
     */
    String told(final Family family, final String line) {
        final String plain = line.split(" ", 2)[0].replaceAll(":(policy|return):\\w+$", ":$1");
        return place(family, line)
                .map(Place::written)
                .filter(written -> !written.isEmpty())
                .map(written -> plain + "  " + written)
                .orElse(plain);
    }
}
