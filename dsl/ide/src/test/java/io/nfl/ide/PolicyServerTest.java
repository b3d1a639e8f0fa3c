// SPDX-License-Identifier: Apache-2.0
package io.nfl.ide;

import static org.assertj.core.api.Assertions.assertThat;

import io.nfl.compiler.NflCompiler;
import io.nfl.lang.Source;
import io.nfl.lang.SourceFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.eclipse.lsp4j.CodeAction;
import org.eclipse.lsp4j.CompletionItem;
import org.eclipse.lsp4j.Diagnostic;
import org.eclipse.lsp4j.DiagnosticSeverity;
import org.eclipse.lsp4j.Position;
import org.eclipse.lsp4j.TextDocumentSyncKind;
import org.eclipse.lsp4j.TextEdit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Drives the server's process as an editor does. */
class PolicyServerTest {
    private static final String SLIP = """
            # 𝄞 takes two UTF-16 units
            interface wan = eth0
            filter input {
                acept tcp in wan
            }
            """;

    @TempDir
    Path directory = Path.of("");

    @Test
    void itSaysWhatCheckSaysAtTheSamePlaces() throws Exception {
        final Path file = directory.resolve("policy.nfl");
        try (EditorSession editor = new EditorSession()) {
            assertThat(editor.initialize()
                            .getCapabilities()
                            .getTextDocumentSync()
                            .getRight()
                            .getChange())
                    .isEqualTo(TextDocumentSyncKind.Incremental);
            for (final String text : List.of(
                    SLIP, "interface wan = eth0 # 𝄞\r\n/* */ filter input { snat to 1.2.3.4 in wann }\r\n", "")) {
                editor.open(file, text);
                final List<Diagnostic> told = editor.told(file);
                final var expected = NflCompiler.compile(new Source(file.toString(), text), SourceFinder.NONE)
                        .diagnostics();
                assertThat(told.stream()
                                .map(d -> d.getCode().getLeft() + " "
                                        + d.getMessage().getLeft()))
                        .containsExactlyElementsOf(expected.stream()
                                .map(d -> d.code().id() + " " + d.message())
                                .toList());
                assertThat(told.stream().map(d -> d.getRange().getStart()))
                        .containsExactlyElementsOf(expected.stream()
                                .map(d -> new Position(
                                        d.span().line() - 1, d.span().column() - 1))
                                .toList());
            }
            editor.shutdown();
            editor.exit();
            assertThat(editor.status()).isZero();
        }
    }

    @Test
    void aFixMendsTheText() throws Exception {
        final Path file = directory.resolve("policy.nfl");
        try (EditorSession editor = new EditorSession()) {
            editor.initialize();
            editor.open(file, SLIP);
            final Diagnostic slip = editor.told(file).get(0);
            assertThat(slip.getSeverity()).isEqualTo(DiagnosticSeverity.Error);
            assertThat(slip.getSource()).isEqualTo("nfl");
            final List<CodeAction> fixes = editor.fixes(file, slip);
            assertThat(fixes).hasSize(1);
            final List<TextEdit> edits =
                    fixes.get(0).getEdit().getChanges().getOrDefault(EditorSession.uri(file), List.of());
            final String mended = edited(SLIP, edits);
            assertThat(mended).isEqualTo(SLIP.replace("acept", "accept"));
            editor.change(file, mended);
            assertThat(editor.told(file).stream().filter(d -> d.getSeverity() == DiagnosticSeverity.Error))
                    .isEmpty();
        }
    }

    @Test
    void anOpenImportStandsForItsFileAndIsNoPolicyOfItsOwn() throws Exception {
        final Path policy = directory.resolve("policy.nfl");
        final Path names = directory.resolve("names.nfl");
        Files.writeString(names, "");
        try (EditorSession editor = new EditorSession()) {
            editor.initialize();
            editor.open(policy, "import \"names.nfl\"\nfilter input { accept in wan }\n");
            assertThat(editor.told(policy))
                    .extracting(d -> d.getCode().getLeft())
                    .contains("names/unknown");
            assertThat(editor.told(names)).isEmpty();
            editor.open(names, "interface wan = eth0\n");
            assertThat(editor.told(policy))
                    .extracting(d -> d.getCode().getLeft())
                    .doesNotContain("names/unknown");
            editor.close(policy);
            assertThat(editor.told(policy)).isEmpty();
        }
    }

    @Test
    void anOfferTakesThePlaceOfTheWordAtTheCursor() throws Exception {
        final Path file = directory.resolve("policy.nfl");
        try (EditorSession editor = new EditorSession()) {
            editor.initialize();
            final String text = "interface wan = eth0\r\nnat postrouting { mas }\r\n";
            editor.open(file, text);
            final Position cursor = new Position(1, text.lines().toList().get(1).indexOf("mas") + 3);
            final List<CompletionItem> offers = editor.offers(file, cursor);
            assertThat(offers)
                    .extracting(CompletionItem::getLabel)
                    .contains("masquerade", "snat")
                    .doesNotContain("dnat");
            final TextEdit edit = offers.stream()
                    .filter(each -> each.getLabel().equals("masquerade"))
                    .map(each -> each.getTextEdit().getLeft())
                    .findFirst()
                    .orElseThrow();
            assertThat(edited(text, List.of(edit))).isEqualTo(text.replace("mas", "masquerade"));
        }
    }

    @Test
    void anEditorThatGoesWithoutShutdownLeavesNoServer() throws Exception {
        try (EditorSession editor = new EditorSession()) {
            editor.initialize();
            editor.hangUp();
            assertThat(editor.status()).isEqualTo(1);
        }
    }

    private static String edited(final String text, final List<TextEdit> edits) {
        assertThat(edits).hasSize(1);
        final TextEdit edit = edits.get(0);
        return text.substring(0, offset(text, edit.getRange().getStart()))
                + edit.getNewText()
                + text.substring(offset(text, edit.getRange().getEnd()));
    }

    private static int offset(final String text, final Position position) {
        int begin = 0;
        for (int line = 0; line < position.getLine(); line++) {
            begin = text.indexOf('\n', begin) + 1;
        }
        return begin + position.getCharacter();
    }
}
