// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli.lsp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nfl.compiler.NflCompiler;
import io.nfl.lang.Source;
import io.nfl.lang.SourceFinder;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.eclipse.lsp4j.CodeAction;
import org.eclipse.lsp4j.CodeActionContext;
import org.eclipse.lsp4j.CodeActionParams;
import org.eclipse.lsp4j.CompletionItem;
import org.eclipse.lsp4j.CompletionParams;
import org.eclipse.lsp4j.Diagnostic;
import org.eclipse.lsp4j.DiagnosticSeverity;
import org.eclipse.lsp4j.DocumentFormattingParams;
import org.eclipse.lsp4j.FoldingRange;
import org.eclipse.lsp4j.FoldingRangeRequestParams;
import org.eclipse.lsp4j.FormattingOptions;
import org.eclipse.lsp4j.HoverParams;
import org.eclipse.lsp4j.InitializeParams;
import org.eclipse.lsp4j.Location;
import org.eclipse.lsp4j.Position;
import org.eclipse.lsp4j.Range;
import org.eclipse.lsp4j.ReferenceContext;
import org.eclipse.lsp4j.ReferenceParams;
import org.eclipse.lsp4j.ServerCapabilities;
import org.eclipse.lsp4j.TextDocumentContentChangeEvent;
import org.eclipse.lsp4j.TextEdit;
import org.eclipse.lsp4j.WorkspaceFolder;
import org.eclipse.lsp4j.jsonrpc.ResponseErrorException;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The course of a session with the packaged server. */
class EditorSessionTest {
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
            editor.initialize();
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
            final List<CodeAction> fixes = editor
                    .ask(s -> s.codeAction(new CodeActionParams(
                            EditorSession.document(file), slip.getRange(), new CodeActionContext(List.of(slip)))))
                    .stream()
                    .map(each -> each.getRight())
                    .toList();
            assertThat(fixes).hasSize(1);
            final List<TextEdit> edits =
                    fixes.get(0).getEdit().getChanges().getOrDefault(EditorSession.uri(file), List.of());
            final String mended = Edits.applied(SLIP, edits);
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
    void aPolicyInTheEditorsFolderCountsThoughItIsNotOpen() throws Exception {
        final Path policy = directory.resolve("policy.nfl");
        final Path names = Files.createDirectories(directory.resolve("parts")).resolve("names.nfl");
        Files.writeString(policy, "import \"parts/names.nfl\"\nfilter input { accept in wan }\n");
        try (EditorSession editor = new EditorSession()) {
            final InitializeParams params = new InitializeParams();
            params.setWorkspaceFolders(List.of(new WorkspaceFolder(EditorSession.uri(directory), "all")));
            editor.initialize(params);
            editor.open(names, "interface wan = eth0\n");
            final List<? extends Location> uses = editor.ask(s -> s.references(new ReferenceParams(
                    EditorSession.document(names), new Position(0, 11), new ReferenceContext(false))));
            assertThat(uses).extracting(Location::getUri).containsExactly(EditorSession.uri(policy));
            Files.writeString(policy, "filter input { accept }\n");
            editor.save(names);
            final List<? extends Location> none = editor.ask(s -> s.references(new ReferenceParams(
                    EditorSession.document(names), new Position(0, 11), new ReferenceContext(false))));
            assertThat(none).isEmpty();
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
            final List<CompletionItem> offers = editor.ask(
                            s -> s.completion(new CompletionParams(EditorSession.document(file), cursor)))
                    .getLeft();
            assertThat(offers)
                    .extracting(CompletionItem::getLabel)
                    .contains("masquerade", "snat")
                    .doesNotContain("dnat");
            final TextEdit edit = offers.stream()
                    .filter(each -> each.getLabel().equals("masquerade"))
                    .map(each -> each.getTextEdit().getLeft())
                    .findFirst()
                    .orElseThrow();
            assertThat(Edits.applied(text, List.of(edit))).isEqualTo(text.replace("mas", "masquerade"));
        }
    }

    @Test
    void changesAreAppliedInTheirOrderAndTheNewestTextIsTold() throws Exception {
        final Path file = directory.resolve("policy.nfl");
        try (EditorSession editor = new EditorSession()) {
            editor.initialize();
            editor.open(file, "interface wan = eth0 # 𝄞\nfilter input { accept in wan }\n");
            assertThat(editor.told(file)).isEmpty();
            for (int i = 0; i < 30; i++) {
                editor.change(
                        file,
                        List.of(
                                change(1, 25, 1, 28, "lan"),
                                change(0, 24, 0, 26, "x"),
                                change(0, 24, 0, 25, "𝄞"),
                                change(1, 25, 1, 28, i == 29 ? "lann" : "wan")));
            }
            final List<Diagnostic> said = editor.toldOfNewest(file);
            assertThat(said)
                    .singleElement()
                    .satisfies(d -> assertThat(d.getMessage().getLeft()).contains("lann"))
                    .satisfies(d ->
                            assertThat(d.getRange()).isEqualTo(new Range(new Position(1, 25), new Position(1, 29))));
            assertThat(editor.untold(file)).isZero();
        }
    }

    @Test
    void whoTypesIsNotToldOfEachKeystroke() throws Exception {
        final Path file = directory.resolve("policy.nfl");
        try (EditorSession editor = new EditorSession()) {
            editor.initialize();
            editor.open(file, "interface wan = eth0\nfilter input { accept in wan }\n");
            editor.told(file);
            for (int i = 0; i < 20; i++) {
                editor.change(file, List.of(change(1, 0, 1, 0, " ")));
            }
            editor.toldOfNewest(file);
            assertThat(editor.published(file)).isLessThan(10);
        }
    }

    @Test
    void itOffersNoFormatting() throws Exception {
        try (EditorSession editor = new EditorSession()) {
            final ServerCapabilities can = editor.initialize().getCapabilities();
            assertThat(can.getDocumentFormattingProvider()).isNull();
            assertThat(can.getDocumentRangeFormattingProvider()).isNull();
            assertThat(can.getPositionEncoding()).isEqualTo("utf-16");
            assertThat(refusal(() -> editor.ask(s -> s.formatting(new DocumentFormattingParams(
                            EditorSession.document(directory), new FormattingOptions(2, true))))))
                    .isEqualTo(ResponseErrorCode.MethodNotFound.getValue());
        }
    }

    @Test
    void afterShutdownOnlyExitIsTaken() throws Exception {
        try (EditorSession editor = new EditorSession()) {
            final HoverParams hover = new HoverParams(EditorSession.document(directory), new Position(0, 0));
            assertThat(refusal(() -> editor.ask(s -> s.hover(hover))))
                    .isEqualTo(ResponseErrorCode.ServerNotInitialized.getValue());
            editor.initialize();
            assertThat((Object) editor.ask(s -> s.hover(hover))).isNull();
            assertThat(refusal(editor::initialize)).isEqualTo(ResponseErrorCode.InvalidRequest.getValue());
            assertThat(editor.shutdown()).isNull();
            assertThat(refusal(() -> editor.ask(s -> s.hover(hover))))
                    .isEqualTo(ResponseErrorCode.InvalidRequest.getValue());
            assertThat(refusal(editor::shutdown)).isEqualTo(ResponseErrorCode.InvalidRequest.getValue());
            editor.exit();
            assertThat(editor.status()).isZero();
        }
    }

    @Test
    void exitWithoutShutdownIsNotFine() throws Exception {
        try (EditorSession editor = new EditorSession()) {
            editor.initialize();
            editor.exit();
            assertThat(editor.status()).isEqualTo(1);
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

    @Test
    void anEditorThatDiesLeavesNoServer() throws Exception {
        final Process dying = new ProcessBuilder("sleep", "600").start();
        try (EditorSession editor = new EditorSession()) {
            final InitializeParams params = new InitializeParams();
            params.setProcessId((int) dying.pid());
            editor.initialize(params);
            dying.destroyForcibly();
            assertThat(editor.status()).isEqualTo(1);
        }
    }

    @Test
    void whatIsNotOpenOrHasNoSuchPlaceIsAnsweredWithNothing() throws Exception {
        final Path file = directory.resolve("policy.nfl");
        try (EditorSession editor = new EditorSession()) {
            editor.initialize();
            final List<FoldingRange> none =
                    editor.ask(s -> s.foldingRange(new FoldingRangeRequestParams(EditorSession.document(file))));
            assertThat(none).isEmpty();
            editor.change(file, "filter input { drop }");
            editor.open(file, "");
            for (final Position far : List.of(new Position(999, 0), new Position(0, 999), new Position(0, 0))) {
                assertThat((Object) editor.ask(s -> s.hover(new HoverParams(EditorSession.document(file), far))))
                        .isNull();
            }
        }
    }

    @Test
    void nonsenseOnTheWireEndsNothing() throws Exception {
        final Process server = EditorSession.start(ProcessBuilder.Redirect.DISCARD);
        try {
            final OutputStream wire = server.getOutputStream();
            send(wire, "{'jsonrpc':'2.0','id':1,'method':'initialize','params':{'capabilities':{}}}");
            send(wire, "{'jsonrpc':'2.0','id':2,'method':'textDocument/hover','params':[}");
            send(wire, "{'jsonrpc':'2.0','id':3,'method':'textDocument/hover','params':{'position':7}}");
            send(wire, "{'jsonrpc':'2.0','method':'textDocument/didChange','params':{}}");
            send(
                    wire,
                    "{'jsonrpc':'2.0','method':'textDocument/didOpen','params':{'textDocument':{"
                            + "'uri':'%%%','languageId':'nfl','version':1,'text':'filter input { drop }'}}}");
            send(wire, "{'jsonrpc':'2.0','id':4,'method':'no/such','params':{}}");
            send(wire, "{'jsonrpc':'2.0','id':5,'method':'shutdown'}");
            final String answers = until(server.getInputStream(), "\"id\":5");
            assertThat(answers)
                    .contains("\"id\":3,\"error\":")
                    .contains("\"id\":4,\"error\":{\"code\":-32601")
                    .contains("\"id\":5,\"result\":null");
            send(wire, "{'jsonrpc':'2.0','method':'exit'}");
            assertThat(server.waitFor()).isZero();
        } finally {
            server.destroyForcibly();
        }
    }

    private static TextDocumentContentChangeEvent change(
            final int line, final int begin, final int endLine, final int end, final String text) {
        return new TextDocumentContentChangeEvent(
                new Range(new Position(line, begin), new Position(endLine, end)), text);
    }

    private static int refusal(final org.assertj.core.api.ThrowableAssert.ThrowingCallable question) {
        final ExecutionException thrown = catchThrowableOfType(ExecutionException.class, question);
        return ((ResponseErrorException) thrown.getCause()).getResponseError().getCode();
    }

    /** With {@code '} for {@code "}. */
    private static void send(final OutputStream wire, final String message) throws Exception {
        final byte[] bytes = message.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        wire.write(("Content-Length: " + bytes.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        wire.write(bytes);
        wire.flush();
    }

    private static String until(final InputStream wire, final String end) throws Exception {
        final StringBuilder text = new StringBuilder();
        for (int next = wire.read(); next >= 0; next = wire.read()) {
            text.append((char) next);
            if (next == '}' && text.indexOf(end) >= 0 && text.indexOf("}", text.indexOf(end)) > 0) {
                return text.toString();
            }
        }
        throw new AssertionError("the server has hung up: " + text);
    }
}
