// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli.lsp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Stream;
import org.eclipse.lsp4j.CodeActionContext;
import org.eclipse.lsp4j.CodeActionParams;
import org.eclipse.lsp4j.CompletionParams;
import org.eclipse.lsp4j.DefinitionParams;
import org.eclipse.lsp4j.Diagnostic;
import org.eclipse.lsp4j.DocumentHighlightParams;
import org.eclipse.lsp4j.DocumentSymbol;
import org.eclipse.lsp4j.DocumentSymbolParams;
import org.eclipse.lsp4j.FoldingRangeRequestParams;
import org.eclipse.lsp4j.Hover;
import org.eclipse.lsp4j.HoverParams;
import org.eclipse.lsp4j.Location;
import org.eclipse.lsp4j.Position;
import org.eclipse.lsp4j.PrepareRenameParams;
import org.eclipse.lsp4j.Range;
import org.eclipse.lsp4j.ReferenceContext;
import org.eclipse.lsp4j.ReferenceParams;
import org.eclipse.lsp4j.RenameParams;
import org.eclipse.lsp4j.SymbolKind;
import org.eclipse.lsp4j.TextDocumentIdentifier;
import org.eclipse.lsp4j.TextEdit;
import org.eclipse.lsp4j.jsonrpc.ResponseErrorException;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseErrorCode;
import org.eclipse.lsp4j.services.TextDocumentService;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The sample policies in an editor: whole, cut off, and one as long as machines write them. */
class EditorSamplesTest {
    private static final int CUT = 200;
    private static final int RULES = 10_000;
    private static final String NEW_NAME = "renamed-by-test";

    @TempDir
    static Path directory = Path.of("");

    private static EditorSession editor;

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

    static Stream<Path> samples() throws IOException {
        final Path samples = Path.of(System.getProperty("nfl.root", "../..")).resolve("samples");
        try (Stream<Path> folders = Files.list(samples)) {
            return folders.map(each -> each.resolve("policy.nfl")).filter(Files::exists).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void everyDeclarationCanBeRenamedAndNothingElseChanges(final Path sample) throws Exception {
        final String text = Files.readString(sample);
        final Path file = Files.createTempDirectory(directory, "rename").resolve("policy.nfl");
        editor.open(file, text);
        final List<String> before = codes(editor.toldOfNewest(file));
        int renamed = 0;
        for (final Range name : names(file)) {
            final Position at = name.getStart();
            final List<? extends Location> uses = references(file, at);
            final List<TextEdit> edits = editor.ask(
                            s -> s.rename(new RenameParams(EditorSession.document(file), at, NEW_NAME)))
                    .getChanges()
                    .getOrDefault(EditorSession.uri(file), List.of());
            assertThat(edits)
                    .extracting(TextEdit::getRange)
                    .containsExactlyElementsOf(
                            uses.stream().map(Location::getRange).toList());
            final String edited = Edits.applied(text, edits);
            editor.change(file, edited);
            assertThat(codes(editor.toldOfNewest(file))).isEqualTo(before);
            assertThat(references(file, at)).hasSameSizeAs(uses);
            editor.change(file, text);
            assertThat(codes(editor.toldOfNewest(file))).isEqualTo(before);
            renamed++;
        }
        editor.close(file);
        assertThat(renamed).isPositive();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void everyQuestionOfABeginningIsAnswered(final Path sample) throws Exception {
        final String text = Files.readString(sample);
        final Path file = Files.createTempDirectory(directory, "cut").resolve("policy.nfl");
        final long seed = 20_261_121;
        final Random random = new Random(seed);
        editor.open(file, "");
        for (int end = 0; end <= text.length(); end += CUT) {
            final String half = text.substring(0, end);
            editor.change(file, half);
            for (final int offset : new int[] {0, end, Math.max(0, end - 3), random.nextInt(end + 1)}) {
                final Position at = Edits.position(half, offset);
                for (final Function<TextDocumentService, CompletableFuture<?>> question :
                        questions(EditorSession.document(file), at)) {
                    assertThatCode(() -> answered(question))
                            .as("%s, first %d characters, at %d", sample, end, offset)
                            .doesNotThrowAnyException();
                }
            }
        }
        editor.close(file);
    }

    @Test
    void aLongPolicyIsAnsweredInTime() throws Exception {
        final StringBuilder text = new StringBuilder("interface wan = eth0\ninterface lan = eth1\nforwarding on\n"
                + "filter forward policy drop {\n  accept ct established, related\n");
        for (int i = 0; i < RULES; i++) {
            text.append("  accept in lan out wan to 10.0.")
                    .append(i >> 8)
                    .append('.')
                    .append(i & 255);
            text.append(" tcp dport ").append(1 + i).append('\n');
        }
        text.append("}\n");
        final Path file = directory.resolve("long.nfl");
        editor.open(file, text.toString());
        editor.toldOfNewest(file);
        final int rule = text.indexOf("accept in lan out wan to 10.0.20.0 ");
        final Position verb = Edits.position(text.toString(), rule);
        final Position name = Edits.position(text.toString(), rule + "accept in l".length());
        final long begin = System.nanoTime();
        final Hover hover = editor.ask(s -> s.hover(new HoverParams(EditorSession.document(file), verb)));
        assertThat(hover.getContents().getRight().getValue())
                .contains("-A FORWARD -d 10.0.20.0/32 -i eth1 -o eth0 -p tcp -m tcp --dport 5121 -j ACCEPT");
        assertThat(references(file, name)).hasSize(RULES + 1);
        for (final Function<TextDocumentService, CompletableFuture<?>> question :
                questions(EditorSession.document(file), name)) {
            answered(question);
        }
        assertThat((System.nanoTime() - begin) / 1_000_000_000).isLessThan(60);
        editor.close(file);
    }

    private static List<Range> names(final Path file) throws Exception {
        final List<Range> names = new ArrayList<>();
        editor.ask(s -> s.documentSymbol(new DocumentSymbolParams(EditorSession.document(file))))
                .forEach(each -> {
                    final DocumentSymbol symbol = each.getRight();
                    if (List.of(
                                    SymbolKind.Interface,
                                    SymbolKind.Array,
                                    SymbolKind.Constant,
                                    SymbolKind.Struct,
                                    SymbolKind.Number,
                                    SymbolKind.Function)
                            .contains(symbol.getKind())) {
                        names.add(symbol.getSelectionRange());
                    }
                });
        return names;
    }

    private static List<? extends Location> references(final Path file, final Position at) throws Exception {
        return editor.ask(
                s -> s.references(new ReferenceParams(EditorSession.document(file), at, new ReferenceContext(true))));
    }

    /** Sorted: the order of the text may change with the columns. */
    private static List<String> codes(final List<Diagnostic> said) {
        return said.stream()
                .map(each -> each.getRange().getStart().getLine() + " "
                        + each.getCode().getLeft())
                .sorted()
                .toList();
    }

    private static List<Function<TextDocumentService, CompletableFuture<?>>> questions(
            final TextDocumentIdentifier document, final Position at) {
        final Range line = new Range(new Position(0, 0), at);
        return List.of(
                s -> s.hover(new HoverParams(document, at)),
                s -> s.definition(new DefinitionParams(document, at)),
                s -> s.references(new ReferenceParams(document, at, new ReferenceContext(true))),
                s -> s.documentHighlight(new DocumentHighlightParams(document, at)),
                s -> s.completion(new CompletionParams(document, at)),
                s -> s.prepareRename(new PrepareRenameParams(document, at)),
                s -> s.rename(new RenameParams(document, at, NEW_NAME)),
                s -> s.documentSymbol(new DocumentSymbolParams(document)),
                s -> s.foldingRange(new FoldingRangeRequestParams(document)),
                s -> s.codeAction(new CodeActionParams(document, line, new CodeActionContext(List.of()))));
    }

    /** A rename may be refused; all else is answered. */
    private static void answered(final Function<TextDocumentService, CompletableFuture<?>> question) throws Exception {
        try {
            editor.ask(s -> question.apply(s).thenApply(each -> (Object) each));
        } catch (final ExecutionException e) {
            if (!(e.getCause() instanceof ResponseErrorException refused)
                    || refused.getResponseError().getCode() != ResponseErrorCode.RequestFailed.getValue()) {
                throw e;
            }
        }
    }
}
