// SPDX-License-Identifier: Apache-2.0
package io.nfl.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import io.nfl.check.Placement;
import io.nfl.diag.Code;
import io.nfl.diag.Explanation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The manual's pages of diagnostics and placement say what the tables say; {@code -Dnfl.update} rewrites them. */
class ManualTest {
    private static final Path DOCS = Path.of("../docs");

    @Test
    void thePageOfDiagnosticsIsTheTable() throws IOException {
        final StringBuilder page = new StringBuilder("# Diagnostics\n\nErrors stop the compiler; warnings and hints do"
                + " not. `nfl explain CODE` prints the same.\n");
        for (final Code code : Code.values()) {
            final Explanation explanation = Explanation.of(code).orElseThrow();
            page.append("\n## `").append(code.id()).append("`\n");
            page.append(code.severity().name().charAt(0))
                    .append(code.severity().name().substring(1).toLowerCase(Locale.ROOT));
            page.append(": ")
                    .append(explanation.title())
                    .append(". ")
                    .append(explanation.why())
                    .append('\n');
        }
        same("diagnostics.md", page.toString());
    }

    @Test
    void thePageOfPlacementIsTheTable() throws IOException {
        final StringBuilder page = new StringBuilder("# What may stand where\n\nA user chain may be reached from every"
                + " hook that admits all that stands in it. Where the kernel would take more than the\nlanguage,"
                + " `@allow(\"placement/action\")` or `@allow(\"placement/match\")` before a rule lets it.\n");
        for (final Placement.Kind kind : Placement.Kind.values()) {
            page.append(kind == Placement.Kind.ACTION ? "\n## Actions\n" : "\n## Matches\n");
            page.append("| word | does | where | family | why |\n|---|---|---|---|---|\n");
            Placement.words().stream()
                    .filter(w -> w.kind() == kind)
                    .forEach(w -> page.append("| `")
                            .append(w.word())
                            .append("` | ")
                            .append(w.does())
                            .append(" | ")
                            .append(w.places())
                            .append(" | ")
                            .append(
                                    w.families().size() == 2
                                            ? "both"
                                            : w.families().get(0).name())
                            .append(" | ")
                            .append(w.why())
                            .append(" |\n"));
        }
        same("placement.md", page.toString());
    }

    private static void same(String name, String text) throws IOException {
        if (System.getProperty("nfl.update") != null) {
            Files.writeString(DOCS.resolve(name), text);
        }
        assertThat(Files.readString(DOCS.resolve(name))).as(name).isEqualTo(text);
    }
}
