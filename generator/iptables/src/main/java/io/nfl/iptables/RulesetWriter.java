// SPDX-License-Identifier: Apache-2.0
package io.nfl.iptables;

import io.nfl.api.net.Family;
import io.nfl.diag.Span;
import io.nfl.ir.Chain;
import io.nfl.ir.Rule;
import io.nfl.ir.Ruleset;
import io.nfl.ir.TableRules;
import java.util.Optional;

/**
 * A family's rules as a file for iptables-restore or ip6tables-restore. What a user wrote (names, prefixes, comments)
 * stays within its field: {@link Quoting}.
 */
public final class RulesetWriter {
    private static final int MAX_COMMENT = 255;

    private final boolean origins;
    private final boolean annotate;

    private RulesetWriter(final boolean origins, final boolean annotate) {
        this.origins = origins;
        this.annotate = annotate;
    }

    /**
     * With a comment line above each rule that says where it was written.
     *
     * @param annotate also as {@code -m comment}
     */
    public static String withOrigins(final Ruleset ruleset, final boolean annotate) {
        return new RulesetWriter(true, annotate).write(ruleset);
    }

    /** Rules alone, as iptables-save prints them. */
    public static String plain(final Ruleset ruleset) {
        return new RulesetWriter(false, false).write(ruleset);
    }

    /** One rule of a chain, as a line of its table: {@code -A FORWARD -i eth0 -j ACCEPT}. */
    public static String line(final Family family, final Chain chain, final Rule rule) {
        return line(family, chain, rule, Optional.empty());
    }

    private String write(final Ruleset ruleset) {
        final StringBuilder text = new StringBuilder();
        ruleset.tables().forEach(table -> table(ruleset.family(), table, text));
        return text.toString();
    }

    private void table(final Family family, final TableRules table, final StringBuilder text) {
        text.append('*').append(table.table().label()).append('\n');
        for (final Chain chain : table.chains()) {
            final String policy = chain.hook().isEmpty() ? "-" : chain.policyAccepts() ? "ACCEPT" : "DROP";
            text.append(':').append(chain.name()).append(' ').append(policy).append(" [0:0]\n");
        }
        for (final Chain chain : table.chains()) {
            chain.rules().forEach(rule -> rule(family, chain, rule, text));
        }
        text.append("COMMIT\n");
    }

    private void rule(final Family family, final Chain chain, final Rule rule, final StringBuilder text) {
        final String place = place(rule);
        if (origins && !place.isEmpty()) {
            text.append("# ").append(place).append('\n');
        }
        final Optional<String> annotation =
                annotate && !place.isEmpty() ? Optional.of(Quoting.cut(place, MAX_COMMENT)) : Optional.empty();
        text.append(line(family, chain, rule, annotation)).append('\n');
    }

    private static String line(
            final Family family, final Chain chain, final Rule rule, final Optional<String> annotation) {
        final String words = RuleWriter.write(family, rule, annotation);
        return "-A " + chain.name() + (words.isEmpty() ? "" : " " + words);
    }

    private static String place(final Rule rule) {
        final Span span = rule.origin().rule();
        final String at = span.line() == 0 ? span.file() : span.file() + ":" + span.line();
        return Quoting.comment(at + rule.label().map(l -> " " + l).orElse(""));
    }
}
