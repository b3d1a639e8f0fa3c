// SPDX-License-Identifier: Apache-2.0
package io.nfl.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import io.nfl.diag.Diagnostic;
import io.nfl.lang.Source;
import io.nfl.lang.SourceFinder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Files that import files. */
class ImportsTest {
    private static List<String> found(final Map<String, String> files) {
        final SourceFinder finder =
                (importing, path) -> Optional.ofNullable(files.get(path)).map(text -> new Source(path, text));
        return NflCompiler.compile(new Source("a.nfl", files.getOrDefault("a.nfl", "")), finder).diagnostics().stream()
                .filter(Diagnostic::isError)
                .map(d ->
                        d.span().file() + ":" + d.span().line() + " " + d.code().id() + ": " + d.message())
                .toList();
    }

    @Test
    void whatTwoFilesImportIsReadOnce() {
        assertThat(found(Map.of(
                        "a.nfl", "import \"b.nfl\"\nimport \"c.nfl\"\nfilter input { jump d }",
                        "b.nfl", "import \"d.nfl\"",
                        "c.nfl", "import \"d.nfl\"",
                        "d.nfl", "chain d { accept }")))
                .isEmpty();
    }

    @Test
    void aCircleIsToldWhereItCloses() {
        assertThat(found(Map.of(
                        "a.nfl", "import \"b.nfl\"\nfilter input { accept }",
                        "b.nfl", "import \"c.nfl\"",
                        "c.nfl", "# back\nimport \"a.nfl\"")))
                .containsExactly("c.nfl:2 names/import: `a.nfl` is imported in a circle");
    }

    @Test
    void aFileMayNotImportItself() {
        assertThat(found(Map.of("a.nfl", "import \"a.nfl\"\nfilter input { accept }")))
                .containsExactly("a.nfl:1 names/import: `a.nfl` is imported in a circle");
    }

    @Test
    void whatIsMissingIsToldAtTheImport() {
        assertThat(found(Map.of("a.nfl", "import \"b.nfl\"\nfilter input { accept }")))
                .containsExactly("a.nfl:1 names/import: there is no file `b.nfl` to import");
    }
}
