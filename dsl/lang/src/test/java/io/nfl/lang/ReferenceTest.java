// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang;

import static org.assertj.core.api.Assertions.assertThat;

import io.nfl.diag.Diagnostic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every example of the language reference is read without complaint, and so are lines of all kinds. */
class ReferenceTest {
    private static final String BETWEEN = "# ----\n";
    private static final Predicate<Diagnostic> OF_SYNTAX =
            each -> each.code().id().startsWith("syntax/");

    @TestFactory
    Stream<DynamicTest> eachExampleParsesAlone() throws IOException {
        final List<String> blocks = List.of(read("reference.nfl").split(BETWEEN));
        return IntStream.range(0, blocks.size())
                .mapToObj(i -> DynamicTest.dynamicTest(
                        "example " + (i + 1),
                        () -> assertThat(read(new Source("example.nfl", blocks.get(i)), OF_SYNTAX))
                                .isEmpty()));
    }

    @Test
    void allExamplesTogetherParseAndLink() throws IOException {
        assertThat(read(new Source("reference.nfl", read("reference.nfl")), Diagnostic::isError))
                .isEmpty();
    }

    @Test
    void lineEndsMeanNothing() throws IOException {
        final String oneLine = read("reference.nfl")
                .lines()
                .map(line -> line.replaceFirst("(^|\\s)#.*", ""))
                .reduce("", (a, b) -> a + " " + b);
        assertThat(read(new Source("reference.nfl", oneLine), Diagnostic::isError))
                .isEmpty();
    }

    @TestFactory
    Stream<DynamicTest> linesOfAllKindsParse() throws IOException {
        final String[] hook = {""};
        return read("rule-lines.txt")
                .lines()
                .filter(line -> !line.isBlank())
                .flatMap(line -> {
                    if (line.startsWith("## ")) {
                        hook[0] = line.equals("## top") ? "" : line.substring(3);
                        return Stream.empty();
                    }
                    return Stream.of(hook[0].isEmpty() ? line : hook[0] + " {\n" + line + "\n}");
                })
                .map(text -> DynamicTest.dynamicTest(
                        text.replace('\n', ' '),
                        () -> assertThat(read(new Source("line.nfl", text), OF_SYNTAX))
                                .isEmpty()));
    }

    private static List<Diagnostic> read(final Source source, final Predicate<Diagnostic> wanted) {
        final SourceFinder finder = (importing, path) -> Optional.of(new Source(path, "# nothing\n"));
        return PolicyReader.read(source, finder).diagnostics().stream()
                .filter(wanted)
                .sorted()
                .toList();
    }

    private static String read(final String name) throws IOException {
        try (var stream = Objects.requireNonNull(ReferenceTest.class.getResourceAsStream(name))) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
