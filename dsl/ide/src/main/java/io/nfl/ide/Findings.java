// SPDX-License-Identifier: Apache-2.0
package io.nfl.ide;

import io.nfl.diag.Diagnostic;
import io.nfl.diag.Span;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * What {@code nfl check} says of what is open, by file. A text that another open one imports is read as its part and
 * not as a policy of its own: else each name that the importing policy declares would be unknown in it.
 */
final class Findings {
    private final Map<String, Set<Diagnostic>> byFile = new TreeMap<>();
    private final Map<String, String> texts = new TreeMap<>();
    private final Map<String, Positions> positions = new HashMap<>();

    private Findings() {}

    static Findings none() {
        return new Findings();
    }

    /**
     * Checks all that is open.
     *
     * @param outrun asked between the steps
     * @throws CancellationException if it was
     */
    static Findings of(final Analyses analyses, final BooleanSupplier outrun) {
        final Findings findings = new Findings();
        for (final Analysis each : analyses.now()) {
            if (outrun.getAsBoolean()) {
                throw new CancellationException("outrun by a later change");
            }
            if (!findings.texts.containsKey(each.policy().name())) {
                findings.add(each);
            }
        }
        return findings;
    }

    /** The files that were read, sorted. */
    Set<String> files() {
        return texts.keySet();
    }

    /** What is to be said of a file, in the order of its text. */
    List<Diagnostic> in(final String file) {
        return List.copyOf(byFile.getOrDefault(file, Set.of()));
    }

    Optional<String> text(final String file) {
        return Optional.ofNullable(texts.get(file));
    }

    Positions positions(final String file) {
        return positions.computeIfAbsent(file, name -> new Positions(text(name).orElse("")));
    }

    private void add(final Analysis analysis) {
        texts.putAll(analysis.texts());
        for (final Diagnostic each : analysis.compilation().diagnostics()) {
            final Span span = each.span();
            final String file = analysis.texts().containsKey(span.file())
                    ? span.file()
                    : analysis.policy().name();
            byFile.computeIfAbsent(file, name -> new TreeSet<>()).add(each);
        }
    }
}
