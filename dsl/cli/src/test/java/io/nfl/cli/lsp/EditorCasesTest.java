// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli.lsp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.lsp4j.Position;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the server answers, from {@code editor.cases}: the question, files ({@code @ name}: on disk and open;
 * {@code @disk name}: not open; {@code @unsaved name}: on disk without a text), then the answer. The cursor is
 * {@code |}; {@code -Dnfl.update} rewrites the answers.
 */
class EditorCasesTest {
    private static final Path CASES = Path.of("src/test/resources/io/nfl/cli/lsp/editor.cases");

    @TempDir
    static Path directory = Path.of("");

    private static EditorSession editor;

    private record Case(String head, String question, List<String> files, String expected) {}

    @BeforeAll
    static void start() throws Exception {
        editor = new EditorSession();
        editor.initialize();
    }

    @AfterAll
    static void stop() throws Exception {
        editor.shutdown();
        editor.exit();
        assertThat(editor.status()).isZero();
        editor.close();
    }

    @TestFactory
    Stream<DynamicTest> everyQuestionIsAnsweredAsExpected() throws Exception {
        if (System.getProperty("nfl.update") != null) {
            final StringBuilder text = new StringBuilder();
            for (final Case each : read()) {
                text.append("=== ")
                        .append(each.head())
                        .append("---\n")
                        .append(answer(each))
                        .append("\n\n");
            }
            Files.writeString(CASES, text.toString().stripTrailing() + "\n");
        }
        return read().stream()
                .map(c -> DynamicTest.dynamicTest(
                        c.question() + " "
                                + c.files().toString().lines().findFirst().orElse(""),
                        () -> assertThat(answer(c)).isEqualTo(c.expected().strip())));
    }

    private static String answer(final Case each) throws Exception {
        final Path here = Files.createTempDirectory(directory, "case");
        final Map<Path, String> open = new LinkedHashMap<>();
        Path asked = here;
        Position cursor = new Position(0, 0);
        for (final String file : each.files()) {
            final String[] head = file.substring(0, file.indexOf('\n')).strip().split(" ");
            final Path path = here.resolve(head[head.length - 1]);
            String text = file.substring(file.indexOf('\n') + 1);
            final int mark = text.indexOf('|');
            if (mark >= 0) {
                text = text.substring(0, mark) + text.substring(mark + 1);
                cursor = Edits.position(text, mark);
            }
            if (mark >= 0 || asked.equals(here)) {
                asked = path;
            }
            Files.writeString(path, head[0].equals("unsaved") ? "" : text);
            if (!head[0].equals("disk")) {
                open.put(path, text);
            }
        }
        open.forEach(editor::open);
        final String answer = new EditorQuestions(editor, here, open).answer(each.question(), asked, cursor);
        open.keySet().forEach(editor::close);
        return answer.strip();
    }

    private static List<Case> read() throws IOException {
        final List<Case> cases = new ArrayList<>();
        for (final String part : Files.readString(CASES).split("(?m)^=== ", -1)) {
            if (!part.isBlank()) {
                final String[] sides = part.split("(?m)^---\n", 2);
                final List<String> pieces =
                        Arrays.stream(sides[0].split("(?m)^@")).collect(Collectors.toCollection(ArrayList::new));
                final String question = pieces.remove(0).strip();
                cases.add(new Case(sides[0], question, pieces, sides[1]));
            }
        }
        return cases;
    }
}
