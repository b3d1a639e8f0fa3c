// SPDX-License-Identifier: Apache-2.0
package io.nfl.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import io.nfl.lang.Source;
import io.nfl.lang.SourceFinder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Policies and what is said of them, from {@code checks.cases}; {@code -Dnfl.update} rewrites the expectations. */
class CheckCasesTest {
    private static final Path CASES = Path.of("src/test/resources/io/nfl/compiler/checks.cases");

    private record Case(String name, String text, String expected) {}

    @TestFactory
    Stream<DynamicTest> everyCaseIsToldAsExpected() throws IOException {
        final List<Case> cases = read();
        if (System.getProperty("nfl.update") != null) {
            Files.writeString(
                    CASES,
                    cases.stream()
                            .map(c -> "=== " + c.name() + "\n" + c.text() + "---\n" + found(c))
                            .collect(Collectors.joining("\n")));
        }
        return read().stream()
                .map(c -> DynamicTest.dynamicTest(
                        c.name(), () -> assertThat(found(c)).isEqualTo(c.expected())));
    }

    private static String found(Case c) {
        return NflCompiler.compile(new Source("case.nfl", c.text()), SourceFinder.NONE).diagnostics().stream()
                .map(d -> d.span().line() + ":" + d.span().column() + " "
                        + d.code().id() + ": " + d.message() + "\n")
                .collect(Collectors.joining());
    }

    private static List<Case> read() throws IOException {
        final List<Case> cases = new ArrayList<>();
        for (final String part : Files.readString(CASES).split("(?m)^=== ", -1)) {
            if (!part.isBlank()) {
                final int name = part.indexOf('\n');
                final String[] sides = part.substring(name + 1).split("(?m)^---\n", 2);
                final String expected = sides[1].strip();
                cases.add(new Case(part.substring(0, name), sides[0], expected.isEmpty() ? "" : expected + "\n"));
            }
        }
        return cases;
    }
}
