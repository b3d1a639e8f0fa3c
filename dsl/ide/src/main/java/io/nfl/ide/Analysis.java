// SPDX-License-Identifier: Apache-2.0
package io.nfl.ide;

import io.nfl.compiler.Compilation;
import io.nfl.compiler.NflCompiler;
import io.nfl.lang.PolicyReader;
import io.nfl.lang.PolicyReader.Reading;
import io.nfl.lang.Source;
import io.nfl.lang.SourceFinder;
import io.nfl.lang.index.NameIndex;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A policy as it was read, and what was made of it so far: each only when asked for. For one thread. */
final class Analysis {
    private final Source policy;
    private final Reading reading;
    private final Map<String, String> texts;
    private final List<Asked> asked;
    private final Map<String, Positions> positions = new HashMap<>();
    private @Nullable Compilation compilation;
    private @Nullable NameIndex names;
    private @Nullable RuleLines rules;

    /** An import that was looked for, and what was there. */
    private record Asked(Source importing, String path, Optional<Source> found) {}

    private Analysis(
            final Source policy, final Reading reading, final Map<String, String> texts, final List<Asked> asked) {
        this.policy = policy;
        this.reading = reading;
        this.texts = texts;
        this.asked = asked;
    }

    static Analysis of(final Source policy, final SourceFinder finder) {
        final Map<String, String> texts = new TreeMap<>();
        texts.put(policy.name(), policy.text());
        final List<Asked> asked = new ArrayList<>();
        final Reading reading = PolicyReader.read(policy, (importing, path) -> {
            final Optional<Source> found = finder.find(importing, path);
            found.ifPresent(each -> texts.putIfAbsent(each.name(), each.text()));
            asked.add(new Asked(importing, path, found));
            return found;
        });
        return new Analysis(policy, reading, texts, asked);
    }

    /** Whether reading once more would give the same. */
    boolean isCurrent(final Source now, final SourceFinder finder) {
        return policy.equals(now)
                && asked.stream()
                        .allMatch(each ->
                                finder.find(each.importing(), each.path()).equals(each.found()));
    }

    Source policy() {
        return policy;
    }

    Reading reading() {
        return reading;
    }

    /** All that was read, by name. */
    Map<String, String> texts() {
        return Collections.unmodifiableMap(texts);
    }

    /** What an import leads to. */
    Optional<String> imported(final String file, final String path) {
        return asked.stream()
                .filter(each ->
                        each.importing().name().equals(file) && each.path().equals(path))
                .flatMap(each -> each.found().stream())
                .map(Source::name)
                .findFirst();
    }

    Compilation compilation() {
        Compilation known = compilation;
        if (known == null) {
            known = NflCompiler.compile(policy, reading);
            compilation = known;
        }
        return known;
    }

    NameIndex names() {
        NameIndex known = names;
        if (known == null) {
            known = NameIndex.of(reading);
            names = known;
        }
        return known;
    }

    /** Empty where the policy has errors: no rules are made of it then. */
    Optional<RuleLines> rules() {
        RuleLines known = rules;
        if (known == null && compilation().policy().isPresent()) {
            known = RuleLines.of(compilation().policy().get());
            rules = known;
        }
        return Optional.ofNullable(known);
    }

    /** Of a file that was read. */
    Positions positions(final String file) {
        return positions.computeIfAbsent(file, name -> new Positions(Objects.requireNonNullElse(texts.get(name), "")));
    }
}
