// SPDX-License-Identifier: Apache-2.0
package io.nfl.ide;

import io.nfl.lang.Source;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.eclipse.lsp4j.CodeAction;
import org.eclipse.lsp4j.CodeActionParams;
import org.eclipse.lsp4j.Command;
import org.eclipse.lsp4j.CompletionItem;
import org.eclipse.lsp4j.CompletionItemKind;
import org.eclipse.lsp4j.CompletionList;
import org.eclipse.lsp4j.CompletionParams;
import org.eclipse.lsp4j.DidChangeTextDocumentParams;
import org.eclipse.lsp4j.DidCloseTextDocumentParams;
import org.eclipse.lsp4j.DidOpenTextDocumentParams;
import org.eclipse.lsp4j.DidSaveTextDocumentParams;
import org.eclipse.lsp4j.Position;
import org.eclipse.lsp4j.PublishDiagnosticsParams;
import org.eclipse.lsp4j.Range;
import org.eclipse.lsp4j.TextDocumentContentChangeEvent;
import org.eclipse.lsp4j.TextEdit;
import org.eclipse.lsp4j.jsonrpc.messages.Either;
import org.eclipse.lsp4j.services.TextDocumentService;

/**
 * Checks what is open whenever it changes. One thread compiles, in their order; a check that a later change
 * has outrun is left out, so typing never queues up work.
 */
final class PolicyTexts implements TextDocumentService {
    private final OpenTexts open = new OpenTexts();
    private final Consumer<PublishDiagnosticsParams> publish;
    private final AtomicLong changes = new AtomicLong();
    private final ExecutorService compiling = Executors.newSingleThreadExecutor(task -> {
        final Thread thread = new Thread(task, "nfl lsp compiler");
        thread.setDaemon(true);
        return thread;
    });

    /** Touched by the compiling thread alone. */
    private Findings findings = Findings.none();

    /** The files that the editor shows something for; touched by the compiling thread alone. */
    private final Set<String> told = new TreeSet<>();

    PolicyTexts(final Consumer<PublishDiagnosticsParams> publish) {
        this.publish = publish;
    }

    @Override
    public void didOpen(final DidOpenTextDocumentParams params) {
        open.put(params.getTextDocument().getUri(), params.getTextDocument().getText());
        check();
    }

    @Override
    public void didChange(final DidChangeTextDocumentParams params) {
        final List<TextDocumentContentChangeEvent> texts = params.getContentChanges();
        if (!texts.isEmpty()) {
            open.put(
                    params.getTextDocument().getUri(),
                    texts.get(texts.size() - 1).getText());
            check();
        }
    }

    @Override
    public void didClose(final DidCloseTextDocumentParams params) {
        open.remove(params.getTextDocument().getUri());
        check();
    }

    /** A saved file may be an import of another that is open. */
    @Override
    public void didSave(final DidSaveTextDocumentParams params) {
        check();
    }

    @Override
    public CompletableFuture<List<Either<Command, CodeAction>>> codeAction(final CodeActionParams params) {
        return CompletableFuture.supplyAsync(
                () -> new Translation(open, findings)
                        .actions(OpenTexts.name(params.getTextDocument().getUri()), params.getRange()).stream()
                                .map(Either::<Command, CodeAction>forRight)
                                .toList(),
                compiling);
    }

    @Override
    public CompletableFuture<Either<List<CompletionItem>, CompletionList>> completion(final CompletionParams params) {
        final String name = OpenTexts.name(params.getTextDocument().getUri());
        return CompletableFuture.supplyAsync(
                () -> Either.forLeft(open.find(name)
                        .map(policy -> offers(policy, params.getPosition()))
                        .orElse(List.of())),
                compiling);
    }

    private List<CompletionItem> offers(final Source policy, final Position cursor) {
        final Positions positions = new Positions(policy.text());
        final int offset = positions.offset(cursor);
        final Range word =
                new Range(positions.position(Completion.wordBegin(policy.text(), offset)), positions.position(offset));
        return Completion.at(policy, offset, open.finder()).stream()
                .map(each -> {
                    final CompletionItem item = new CompletionItem(each.text());
                    item.setKind(each.isName() ? CompletionItemKind.Variable : CompletionItemKind.Keyword);
                    item.setTextEdit(Either.forLeft(new TextEdit(word, each.text())));
                    if (!each.detail().isEmpty()) {
                        item.setDetail(each.detail());
                    }
                    if (!each.documentation().isEmpty()) {
                        item.setDocumentation(each.documentation());
                    }
                    return item;
                })
                .toList();
    }

    void stop() {
        compiling.shutdownNow();
    }

    /** Checks again, for a file has changed that is not open. */
    void check() {
        final long change = changes.incrementAndGet();
        try {
            compiling.execute(() -> {
                if (change == changes.get()) {
                    checkNow();
                }
            });
        } catch (final RejectedExecutionException e) {
            // The editor has said shutdown: nothing is to be told any more.
            return;
        }
    }

    private void checkNow() {
        final Findings now;
        try {
            now = Findings.of(open);
        } catch (final RuntimeException | StackOverflowError e) {
            // A bug of ours must not take the editor's session with it; stderr is the editor's log.
            System.err.println("nfl lsp: this is a bug of nfl, not of your policy: " + e);
            return;
        }
        findings = now;
        final Set<String> files = new TreeSet<>(told);
        files.addAll(now.files());
        told.clear();
        told.addAll(now.files());
        final Translation translation = new Translation(open, now);
        files.forEach(
                file -> publish.accept(new PublishDiagnosticsParams(open.uri(file), translation.diagnostics(file))));
    }
}
