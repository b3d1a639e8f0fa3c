// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang;

import static org.assertj.core.api.Assertions.assertThat;

import io.nfl.diag.Diagnostic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Wrong texts, and what is said of each: {@code wrong-texts.txt}, rewritten with {@code -Dnfl.update}. Messages of the
 * syntax alone; names come later.
 */
class WrongTextsTest {
    private static final String FILE = "wrong-texts.txt";
    private static final String BETWEEN = "----\n";
    private static final String SAID = "  > ";

    @TestFactory
    Stream<DynamicTest> aSlipIsSaidOnceAndAtItsPlace() throws IOException {
        final List<String> cases = List.of(read().split("(?m)^" + BETWEEN));
        if (System.getProperty("nfl.update") != null) {
            update(cases);
            return Stream.empty();
        }
        return cases.stream()
                .map(each -> DynamicTest.dynamicTest(
                        title(each), () -> assertThat(answered(text(each))).isEqualTo(each)));
    }

    private static String title(final String aCase) {
        return text(aCase).replace('\n', ' ').strip();
    }

    private static void update(final List<String> cases) throws IOException {
        final Path file = Path.of(
                Objects.requireNonNull(System.getProperty("nfl.root")),
                "dsl/lang/src/test/resources/io/nfl/lang",
                FILE);
        Files.writeString(
                file,
                String.join(
                        BETWEEN,
                        cases.stream().map(each -> answered(text(each))).toList()));
    }

    private static String text(final String aCase) {
        return aCase.lines()
                .filter(line -> !line.startsWith(SAID))
                .map(line -> line + "\n")
                .reduce("", String::concat);
    }

    private static String answered(final String text) {
        final List<String> lines = new ArrayList<>(List.of(text));
        PolicyReader.read(new Source("case.nfl", text), SourceFinder.NONE).diagnostics().stream()
                .filter(each -> each.code().id().startsWith("syntax/"))
                .sorted()
                .map(each -> SAID + said(each, text) + "\n")
                .forEach(lines::add);
        return String.join("", lines);
    }

    /** Line, column, code, the underlined text, message and notes. */
    private static String said(final Diagnostic diagnostic, final String text) {
        final var span = diagnostic.span();
        final String underlined =
                text.substring(span.offset(), span.offset() + span.length()).replace("\n", "\\n");
        final StringBuilder said = new StringBuilder()
                .append(span.line())
                .append(':')
                .append(span.column())
                .append(' ')
                .append(diagnostic.code().id())
                .append(" [")
                .append(underlined)
                .append("] ")
                .append(diagnostic.message());
        diagnostic.notes().forEach(note -> said.append("; ").append(note.text()));
        return said.toString();
    }

    private static String read() throws IOException {
        try (var stream = Objects.requireNonNull(WrongTextsTest.class.getResourceAsStream(FILE))) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
