// SPDX-License-Identifier: Apache-2.0
package io.nfl.check;

import io.nfl.api.classify.Classifier.Requirements;
import io.nfl.ir.Match;
import io.nfl.ir.Rule;
import io.nfl.ir.Ruleset;
import io.nfl.ir.TableRules;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/**
 * Which rules make the kernel register conntrack's hooks, and with them defragmentation's: column
 * {@code enables_conntrack} of hooks.tsv. Without such a rule there is no tracking, whatever tables are loaded.
 */
public final class RequiredHooks {
    private static final int KIND = 0;
    private static final int NAME = 1;
    private static final int ENABLES_CONNTRACK = 7;

    private static final Set<String> ENABLING = read();

    private RequiredHooks() {}

    /** What the rules of a family ask for. {@code nf_ct_netns_get} asks for defragmentation too. */
    public static Requirements of(final Ruleset ruleset) {
        final boolean conntrack = ruleset.tables().stream().anyMatch(RequiredHooks::needConntrack);
        return new Requirements(conntrack, conntrack);
    }

    private static boolean needConntrack(final TableRules table) {
        return table.chains().stream().flatMap(chain -> chain.rules().stream()).anyMatch(RequiredHooks::needsConntrack);
    }

    private static boolean needsConntrack(final Rule rule) {
        if (ENABLING.contains("target\t" + rule.target().accept(ExtensionName.OF_TARGET))) {
            return true;
        }
        for (final Match match : rule.matches()) {
            if (ENABLING.contains("match\t" + match.accept(ExtensionName.OF_MATCH))) {
                return true;
            }
        }
        return false;
    }

    private static Set<String> read() {
        final Set<String> enabling = new HashSet<>();
        try (InputStream in = RequiredHooks.class.getResourceAsStream("hooks.tsv")) {
            if (in == null) {
                throw new IllegalStateException("hooks.tsv is not beside its class");
            }
            final BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                final String[] columns = line.split("\t", -1);
                if (columns.length > ENABLES_CONNTRACK && columns[ENABLES_CONNTRACK].equals("ct")) {
                    enabling.add(columns[KIND] + "\t" + columns[NAME]);
                }
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        return Set.copyOf(enabling);
    }
}
