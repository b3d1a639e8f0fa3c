// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * Tests as data: blocks between empty lines, the first line of each its name. A line that begins with {@code |} says
 * what came of the one above; {@code -Dnfl.update} writes these lines anew. A block that begins with {@code #} is a
 * remark.
 */
public final class CaseFile {
    private static final Path RESOURCES = Path.of("src", "test", "resources", "io", "nfl", "engine");

    private final Path file;

    private CaseFile(final Path file) {
        this.file = file;
    }

    /** All case files of a folder under the test resources of the engine. */
    public static Stream<DynamicTest> tests(final String folder, final UnaryOperator<List<String>> replay)
            throws IOException {
        final List<DynamicTest> tests = new ArrayList<>();
        try (Stream<Path> files = Files.list(RESOURCES.resolve(folder))) {
            for (final Path path : files.sorted().toList()) {
                final CaseFile cases = new CaseFile(path);
                if (System.getProperty("nfl.update") != null) {
                    cases.update(replay);
                }
                cases.blocks().stream()
                        .filter(block -> !isRemark(block))
                        .map(block -> DynamicTest.dynamicTest(
                                path.getFileName() + ": " + block.get(0),
                                () -> assertThat(replay.apply(block)).isEqualTo(block)))
                        .forEach(tests::add);
            }
        }
        return tests.stream();
    }

    private static boolean isRemark(final List<String> block) {
        return block.get(0).startsWith("#");
    }

    private List<List<String>> blocks() throws IOException {
        final String text = Files.readString(file, StandardCharsets.UTF_8);
        return Stream.of(text.strip().split("\n\n+"))
                .map(block -> List.of(block.split("\n")))
                .toList();
    }

    private void update(final UnaryOperator<List<String>> replay) throws IOException {
        final List<String> out = new ArrayList<>();
        for (final List<String> block : blocks()) {
            out.add(String.join("\n", isRemark(block) ? block : replay.apply(block)));
        }
        Files.writeString(file, String.join("\n\n", out) + "\n", StandardCharsets.UTF_8);
    }
}
