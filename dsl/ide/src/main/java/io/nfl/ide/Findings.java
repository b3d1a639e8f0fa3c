// SPDX-License-Identifier: Apache-2.0
package io.nfl.ide;

import io.nfl.compiler.NflCompiler;
import io.nfl.diag.Diagnostic;
import io.nfl.diag.Span;
import io.nfl.lang.Source;
import io.nfl.lang.SourceFinder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What {@code nfl check} says of what is open, by file. A text that another open one imports is read as its part and
 * not as a policy of its own: else each name that the importing policy declares would be unknown in it.
 */
final class Findings {
    private final Map<String, Set<Diagnostic>> byFile = new TreeMap<>();
    private final Map<String, String> texts = new TreeMap<>();

    /** What compiling one open text read and found. */
    private record Checked(String name, Map<String, String> read, List<Diagnostic> diagnostics) {}

    private Findings() {}

    static Findings none() {
        return new Findings();
    }

    /** Checks all that is open. */
    static Findings of(final OpenTexts open) {
        final List<Checked> all =
                open.all().stream().map(each -> check(each, open.finder())).toList();
        final Set<String> imported = new HashSet<>();
        all.forEach(each -> each.read().keySet().stream()
                .filter(name -> !name.equals(each.name()))
                .forEach(imported::add));
        final List<Checked> order = new ArrayList<>();
        all.stream().filter(each -> !imported.contains(each.name())).forEach(order::add);
        // Texts that import each other: none is the first, so the first by name is.
        all.stream().filter(each -> imported.contains(each.name())).forEach(order::add);
        final Findings findings = new Findings();
        for (final Checked each : order) {
            if (!findings.texts.containsKey(each.name())) {
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

    private void add(final Checked checked) {
        texts.putAll(checked.read());
        for (final Diagnostic each : checked.diagnostics()) {
            final Span span = each.span();
            final String file = checked.read().containsKey(span.file()) ? span.file() : checked.name();
            byFile.computeIfAbsent(file, name -> new TreeSet<>()).add(each);
        }
    }

    private static Checked check(final Source policy, final SourceFinder finder) {
        final Map<String, String> read = new TreeMap<>();
        read.put(policy.name(), policy.text());
        final List<Diagnostic> found = NflCompiler.compile(policy, (importing, path) -> {
                    final Optional<Source> imported = finder.find(importing, path);
                    imported.ifPresent(each -> read.put(each.name(), each.text()));
                    return imported;
                })
                .diagnostics();
        return new Checked(policy.name(), read, found);
    }
}
