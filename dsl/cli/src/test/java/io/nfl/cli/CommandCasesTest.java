// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the commands say, from {@code commands.cases}: the arguments, files ({@code @ name}), then the exit status, the
 * output and the errors. {@code DIR} is a fresh directory; {@code -Dnfl.update} rewrites the expectations.
 */
class CommandCasesTest {
    private static final Path CASES = Path.of("src/test/resources/io/nfl/cli/commands.cases");

    /** Words; with spaces in them between single quotes. */
    private static final Pattern ARGUMENT = Pattern.compile("'[^']*'|\\S+");

    @TempDir
    Path directory = Path.of("");

    private record Case(String head, String arguments, List<String> files, String expected) {}

    @TestFactory
    Stream<DynamicTest> everyCommandSaysWhatIsExpected() throws IOException {
        if (System.getProperty("nfl.update") != null) {
            final StringBuilder text = new StringBuilder();
            for (final Case each : read()) {
                text.append("=== ")
                        .append(each.head())
                        .append("---\n")
                        .append(run(each))
                        .append('\n');
            }
            Files.writeString(CASES, text);
        }
        return read().stream()
                .map(c -> DynamicTest.dynamicTest(
                        c.arguments(),
                        () -> assertThat(run(c).strip()).isEqualTo(c.expected().strip())));
    }

    private String run(Case each) throws IOException {
        final Path here = Files.createTempDirectory(directory, "case");
        for (final String file : each.files()) {
            final int name = file.indexOf('\n');
            Files.writeString(here.resolve(file.substring(0, name)), file.substring(name + 1));
        }
        final StringWriter out = new StringWriter();
        final StringWriter err = new StringWriter();
        final String[] arguments = ARGUMENT.matcher(each.arguments())
                .results()
                .map(a -> a.group().replace("'", "").replace("DIR", here.toString()))
                .toArray(String[]::new);
        final int status = Main.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
        return ("exit " + status + "\n" + out + (err.toString().isEmpty() ? "" : "stderr:\n" + err))
                .replace(here.toString(), "DIR")
                .replaceAll("\\d+\\.\\d ms", "N ms")
                .replaceAll("(\"milliseconds\": |time=\")[0-9.E-]+", "$1N");
    }

    private static List<Case> read() throws IOException {
        final List<Case> cases = new ArrayList<>();
        for (final String part : Files.readString(CASES).split("(?m)^=== ", -1)) {
            if (!part.isBlank()) {
                final String[] sides = part.split("(?m)^---\n", 2);
                final List<String> pieces =
                        Arrays.stream(sides[0].split("(?m)^@ ")).collect(Collectors.toList());
                final String arguments = pieces.remove(0).strip();
                cases.add(new Case(sides[0], arguments, pieces, sides[1]));
            }
        }
        return cases;
    }
}
