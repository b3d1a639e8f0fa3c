// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli.lsp;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.eclipse.lsp4j.CompletionItem;
import org.eclipse.lsp4j.CompletionParams;
import org.eclipse.lsp4j.DefinitionParams;
import org.eclipse.lsp4j.Diagnostic;
import org.eclipse.lsp4j.DocumentHighlight;
import org.eclipse.lsp4j.DocumentHighlightParams;
import org.eclipse.lsp4j.DocumentSymbol;
import org.eclipse.lsp4j.DocumentSymbolParams;
import org.eclipse.lsp4j.FoldingRange;
import org.eclipse.lsp4j.FoldingRangeRequestParams;
import org.eclipse.lsp4j.Hover;
import org.eclipse.lsp4j.HoverParams;
import org.eclipse.lsp4j.Location;
import org.eclipse.lsp4j.Position;
import org.eclipse.lsp4j.PrepareRenameParams;
import org.eclipse.lsp4j.PrepareRenameResult;
import org.eclipse.lsp4j.Range;
import org.eclipse.lsp4j.ReferenceContext;
import org.eclipse.lsp4j.ReferenceParams;
import org.eclipse.lsp4j.RenameParams;
import org.eclipse.lsp4j.TextDocumentIdentifier;
import org.eclipse.lsp4j.TextEdit;
import org.eclipse.lsp4j.WorkspaceEdit;
import org.eclipse.lsp4j.jsonrpc.ResponseErrorException;

/** Asks an editor's questions about a folder of texts, and tells the answers as text. */
final class EditorQuestions {
    private final EditorSession editor;
    private final Path here;
    private final Map<Path, String> open;

    EditorQuestions(final EditorSession editor, final Path here, final Map<Path, String> open) {
        this.editor = editor;
        this.here = here;
        this.open = open;
    }

    String answer(final String question, final Path file, final Position cursor) throws Exception {
        final String[] words = question.split(" ");
        final TextDocumentIdentifier document = EditorSession.document(file);
        return switch (words[0]) {
            case "hover" -> hover(document, cursor);
            case "definition" ->
                locations(editor.ask(s -> s.definition(new DefinitionParams(document, cursor)))
                        .getLeft());
            case "references" ->
                locations(editor.ask(s ->
                        s.references(new ReferenceParams(document, cursor, new ReferenceContext(words.length == 1)))));
            case "highlight" -> highlights(document, cursor);
            case "prepare" -> prepare(document, cursor);
            case "rename" -> rename(document, cursor, words[1]);
            case "symbols" -> symbols(document);
            case "folding" -> folding(document);
            case "complete" -> complete(document, cursor, words);
            case "diagnostics" -> diagnostics(file);
            default -> throw new IllegalArgumentException(question);
        };
    }

    private String hover(final TextDocumentIdentifier document, final Position cursor) throws Exception {
        final Hover hover = editor.ask(s -> s.hover(new HoverParams(document, cursor)));
        return hover == null
                ? "nothing"
                : place(hover.getRange()) + "\n"
                        + hover.getContents().getRight().getValue();
    }

    private String locations(final List<? extends Location> locations) {
        final StringBuilder text = new StringBuilder();
        locations.forEach(each -> text.append(name(each.getUri()))
                .append(':')
                .append(place(each.getRange()))
                .append('\n'));
        return text.isEmpty() ? "nothing" : text.toString();
    }

    private String highlights(final TextDocumentIdentifier document, final Position cursor) throws Exception {
        final StringBuilder text = new StringBuilder();
        for (final DocumentHighlight each :
                editor.ask(s -> s.documentHighlight(new DocumentHighlightParams(document, cursor)))) {
            text.append(place(each.getRange()))
                    .append(' ')
                    .append(each.getKind())
                    .append('\n');
        }
        return text.isEmpty() ? "nothing" : text.toString();
    }

    private String prepare(final TextDocumentIdentifier document, final Position cursor) throws Exception {
        try {
            final var answer = editor.ask(s -> s.prepareRename(new PrepareRenameParams(document, cursor)));
            if (answer == null) {
                return "nothing";
            }
            final PrepareRenameResult result = answer.getSecond();
            return place(result.getRange()) + " " + result.getPlaceholder();
        } catch (final ExecutionException e) {
            return refusal(e);
        }
    }

    /** The lines that change. What comes of them must have no other findings than the texts had before. */
    private String rename(final TextDocumentIdentifier document, final Position cursor, final String newName)
            throws Exception {
        final WorkspaceEdit edit;
        try {
            edit = editor.ask(s -> s.rename(new RenameParams(document, cursor, newName)));
        } catch (final ExecutionException e) {
            return refusal(e);
        }
        final Map<Path, List<String>> before = findings();
        final StringBuilder text = new StringBuilder();
        for (final Map.Entry<String, List<TextEdit>> each : edit.getChanges().entrySet()) {
            final Path file = Path.of(URI.create(each.getKey()));
            final String old = open.containsKey(file) ? open.get(file) : Files.readString(file);
            final String edited = Edits.applied(old, each.getValue());
            final List<String> lines = edited.lines().toList();
            final List<String> oldLines = old.lines().toList();
            for (int i = 0; i < lines.size(); i++) {
                if (!lines.get(i).equals(oldLines.get(i))) {
                    text.append(name(each.getKey())).append(':').append(i + 1).append(": ");
                    text.append(lines.get(i)).append('\n');
                }
            }
            Files.writeString(file, edited);
        }
        assertThat(findings()).isEqualTo(before);
        return text.toString();
    }

    /** What is told of the newest texts; names may differ in the words, so codes and lines count. */
    private Map<Path, List<String>> findings() throws Exception {
        final Map<Path, List<String>> findings = new LinkedHashMap<>();
        for (final Path file : open.keySet()) {
            editor.close(file);
            editor.open(file, Files.readString(file).isEmpty() ? open.get(file) : Files.readString(file));
        }
        for (final Path file : open.keySet()) {
            findings.put(
                    file,
                    newest(file).stream()
                            .map(each -> each.getCode().getLeft() + " "
                                    + each.getRange().getStart().getLine())
                            .toList());
        }
        return findings;
    }

    /** All texts are open when something is told of them with nothing to follow. */
    private List<Diagnostic> newest(final Path file) throws Exception {
        List<Diagnostic> said = editor.toldOfNewest(file);
        // A question is answered behind all checks that were asked for before.
        editor.ask(s -> s.foldingRange(new FoldingRangeRequestParams(EditorSession.document(file))));
        while (editor.untold(file) > 0) {
            said = editor.told(file);
        }
        return said;
    }

    private String symbols(final TextDocumentIdentifier document) throws Exception {
        final StringBuilder text = new StringBuilder();
        editor.ask(s -> s.documentSymbol(new DocumentSymbolParams(document)))
                .forEach(each -> symbol(each.getRight(), "", text));
        return text.toString();
    }

    private static void symbol(final DocumentSymbol symbol, final String indent, final StringBuilder text) {
        text.append(indent).append(symbol.getKind()).append(' ').append(symbol.getName());
        if (symbol.getDetail() != null) {
            text.append(" (").append(symbol.getDetail()).append(')');
        }
        text.append("  ").append(place(symbol.getRange())).append("  ").append(place(symbol.getSelectionRange()));
        text.append('\n');
        symbol.getChildren().forEach(each -> symbol(each, indent + "  ", text));
    }

    private String folding(final TextDocumentIdentifier document) throws Exception {
        final StringBuilder text = new StringBuilder();
        for (final FoldingRange each : editor.ask(s -> s.foldingRange(new FoldingRangeRequestParams(document)))) {
            text.append(each.getStartLine() + 1).append('-').append(each.getEndLine() + 1);
            text.append(each.getKind() == null ? "" : " " + each.getKind()).append('\n');
        }
        return text.toString();
    }

    /** Of the words asked for, which are offered. */
    private String complete(final TextDocumentIdentifier document, final Position cursor, final String... words)
            throws Exception {
        final List<String> offered =
                editor.ask(s -> s.completion(new CompletionParams(document, cursor))).getLeft().stream()
                        .map(CompletionItem::getLabel)
                        .toList();
        final List<String> answer = new ArrayList<>();
        for (int i = 1; i < words.length; i++) {
            answer.add((offered.contains(words[i]) ? "" : "not ") + words[i]);
        }
        return String.join(", ", answer);
    }

    private String diagnostics(final Path file) throws Exception {
        final StringBuilder text = new StringBuilder();
        for (final Diagnostic each : newest(file)) {
            text.append(place(each.getRange()))
                    .append(' ')
                    .append(each.getCode().getLeft());
            text.append(' ').append(each.getMessage().getLeft()).append('\n');
        }
        return text.toString();
    }

    private String refusal(final ExecutionException e) {
        final ResponseErrorException refused = (ResponseErrorException) e.getCause();
        return "refused: " + refused.getResponseError().getMessage().replace(here + "/", "");
    }

    private String name(final String uri) {
        return here.relativize(Path.of(URI.create(uri))).toString();
    }

    private static String place(final Range range) {
        final Position begin = range.getStart();
        final Position end = range.getEnd();
        return begin.getLine() + 1 + ":" + (begin.getCharacter() + 1) + "-"
                + (end.getLine() == begin.getLine() ? "" : end.getLine() + 1 + ":") + (end.getCharacter() + 1);
    }
}
