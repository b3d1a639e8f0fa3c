// SPDX-License-Identifier: Apache-2.0
package io.nfl.ide;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.eclipse.lsp4j.CodeAction;
import org.eclipse.lsp4j.CodeActionParams;
import org.eclipse.lsp4j.Command;
import org.eclipse.lsp4j.CompletionItem;
import org.eclipse.lsp4j.CompletionList;
import org.eclipse.lsp4j.CompletionParams;
import org.eclipse.lsp4j.DefinitionParams;
import org.eclipse.lsp4j.DidChangeTextDocumentParams;
import org.eclipse.lsp4j.DidCloseTextDocumentParams;
import org.eclipse.lsp4j.DidOpenTextDocumentParams;
import org.eclipse.lsp4j.DidSaveTextDocumentParams;
import org.eclipse.lsp4j.DocumentHighlight;
import org.eclipse.lsp4j.DocumentHighlightParams;
import org.eclipse.lsp4j.DocumentSymbol;
import org.eclipse.lsp4j.DocumentSymbolParams;
import org.eclipse.lsp4j.FoldingRange;
import org.eclipse.lsp4j.FoldingRangeRequestParams;
import org.eclipse.lsp4j.Hover;
import org.eclipse.lsp4j.HoverParams;
import org.eclipse.lsp4j.Location;
import org.eclipse.lsp4j.LocationLink;
import org.eclipse.lsp4j.PrepareRenameDefaultBehavior;
import org.eclipse.lsp4j.PrepareRenameParams;
import org.eclipse.lsp4j.PrepareRenameResult;
import org.eclipse.lsp4j.PublishDiagnosticsParams;
import org.eclipse.lsp4j.Range;
import org.eclipse.lsp4j.ReferenceParams;
import org.eclipse.lsp4j.RenameParams;
import org.eclipse.lsp4j.SymbolInformation;
import org.eclipse.lsp4j.TextDocumentIdentifier;
import org.eclipse.lsp4j.WorkspaceEdit;
import org.eclipse.lsp4j.jsonrpc.CompletableFutures;
import org.eclipse.lsp4j.jsonrpc.messages.Either;
import org.eclipse.lsp4j.jsonrpc.messages.Either3;
import org.eclipse.lsp4j.services.TextDocumentService;

/**
 * Keeps what is open, checks it whenever it changes, and answers what is asked of it. One thread compiles and answers,
 * in the order of asking; a check that a later change has outrun is left out, so typing never queues up work.
 */
final class PolicyTexts implements TextDocumentService {
    /** Who types goes on within this time. */
    private static final long PAUSE_MILLISECONDS = 150;

    private final OpenTexts open = new OpenTexts();
    private final Consumer<PublishDiagnosticsParams> publish;
    private final AtomicLong changes = new AtomicLong();
    private final ScheduledThreadPoolExecutor compiling = new ScheduledThreadPoolExecutor(1, task -> {
        final Thread thread = new Thread(task, "nfl lsp compiler");
        thread.setDaemon(true);
        return thread;
    });

    /** Touched by the compiling thread alone, as all that follows. */
    private final Neighbours neighbours = new Neighbours();

    private final Analyses analyses = new Analyses(open, neighbours);

    private final Navigation navigation = new Navigation(open, analyses);
    private final Renaming renaming = new Renaming(open, analyses, navigation);
    private Findings findings = Findings.none();

    /** The files that the editor shows something for. */
    private final Set<String> told = new TreeSet<>();

    /** The check that the last change has asked for. */
    private Future<?> waiting = CompletableFuture.completedFuture(true);

    PolicyTexts(final Consumer<PublishDiagnosticsParams> publish) {
        this.publish = publish;
        compiling.setRemoveOnCancelPolicy(true);
    }

    // ---- what the editor tells ----

    @Override
    public void didOpen(final DidOpenTextDocumentParams params) {
        open.put(
                params.getTextDocument().getUri(),
                params.getTextDocument().getText(),
                params.getTextDocument().getVersion());
        check(0);
    }

    @Override
    public void didChange(final DidChangeTextDocumentParams params) {
        open.change(
                params.getTextDocument().getUri(),
                params.getContentChanges(),
                params.getTextDocument().getVersion());
        check(PAUSE_MILLISECONDS);
    }

    @Override
    public void didClose(final DidCloseTextDocumentParams params) {
        open.remove(params.getTextDocument().getUri());
        check(0);
    }

    /** A saved file may be an import of another that is open. */
    @Override
    public void didSave(final DidSaveTextDocumentParams params) {
        check(0);
    }

    /** Checks again, for a file has changed that is not open. */
    void check() {
        check(0);
    }

    // ---- what the editor asks ----

    @Override
    public CompletableFuture<List<Either<Command, CodeAction>>> codeAction(final CodeActionParams params) {
        return ask(() -> new Translation(open, findings)
                .actions(name(params.getTextDocument()), params.getRange()).stream()
                        .map(Either::<Command, CodeAction>forRight)
                        .toList());
    }

    @Override
    public CompletableFuture<Either<List<CompletionItem>, CompletionList>> completion(final CompletionParams params) {
        final String file = name(params.getTextDocument());
        return ask(() -> Either.forLeft(analyses.of(file)
                .map(each -> Offers.at(each, file, params.getPosition()))
                .orElse(List.of())));
    }

    @Override
    public CompletableFuture<Hover> hover(final HoverParams params) {
        final String file = name(params.getTextDocument());
        return ask(() -> analyses.of(file)
                .flatMap(each -> Hovering.at(each, file, params.getPosition()))
                .orElse(null));
    }

    @Override
    public CompletableFuture<Either<List<? extends Location>, List<? extends LocationLink>>> definition(
            final DefinitionParams params) {
        return ask(() -> Either.forLeft(navigation.definition(name(params.getTextDocument()), params.getPosition())));
    }

    @Override
    public CompletableFuture<List<? extends Location>> references(final ReferenceParams params) {
        return ask(() -> navigation.references(
                name(params.getTextDocument()),
                params.getPosition(),
                params.getContext().isIncludeDeclaration()));
    }

    @Override
    public CompletableFuture<List<? extends DocumentHighlight>> documentHighlight(
            final DocumentHighlightParams params) {
        return ask(() -> navigation.highlights(name(params.getTextDocument()), params.getPosition()));
    }

    @Override
    public CompletableFuture<Either3<Range, PrepareRenameResult, PrepareRenameDefaultBehavior>> prepareRename(
            final PrepareRenameParams params) {
        return ask(() -> renaming.prepare(name(params.getTextDocument()), params.getPosition())
                .map(Either3::<Range, PrepareRenameResult, PrepareRenameDefaultBehavior>forSecond)
                .orElse(null));
    }

    @Override
    public CompletableFuture<WorkspaceEdit> rename(final RenameParams params) {
        return ask(() -> renaming.rename(name(params.getTextDocument()), params.getPosition(), params.getNewName()));
    }

    @Override
    public CompletableFuture<List<Either<SymbolInformation, DocumentSymbol>>> documentSymbol(
            final DocumentSymbolParams params) {
        final String file = name(params.getTextDocument());
        return ask(() -> analyses.of(file).map(each -> Symbols.of(each, file)).orElse(List.of()).stream()
                .map(Either::<SymbolInformation, DocumentSymbol>forRight)
                .toList());
    }

    @Override
    public CompletableFuture<List<FoldingRange>> foldingRange(final FoldingRangeRequestParams params) {
        return ask(() -> open.find(name(params.getTextDocument()))
                .map(each -> Folding.of(each.text()))
                .orElse(List.of()));
    }

    private static String name(final TextDocumentIdentifier document) {
        return OpenTexts.name(document.getUri());
    }

    /** Answers in its turn, unless the editor has taken the question back until then. */
    private <T> CompletableFuture<T> ask(final Supplier<T> question) {
        return CompletableFutures.computeAsync(compiling, cancelled -> {
            cancelled.checkCanceled();
            return question.get();
        });
    }

    // ---- checking ----

    void stop() {
        compiling.shutdownNow();
    }

    /** @param folders that the editor works in */
    void lookIn(final List<Path> folders) {
        neighbours.lookIn(folders);
    }

    private synchronized void check(final long pause) {
        if (pause == 0) {
            neighbours.lookAgain();
        }
        final long change = changes.incrementAndGet();
        waiting.cancel(false);
        try {
            waiting = compiling.schedule(() -> checkNow(change), pause, TimeUnit.MILLISECONDS);
        } catch (final RejectedExecutionException e) {
            // The editor has said exit: nothing is to be told any more.
            return;
        }
    }

    private void checkNow(final long change) {
        final Findings now;
        try {
            now = Findings.of(analyses, () -> change != changes.get());
        } catch (final CancellationException e) {
            return;
        } catch (final RuntimeException | StackOverflowError | OutOfMemoryError e) {
            Bug.tell(e);
            return;
        }
        if (change != changes.get()) {
            return;
        }
        findings = now;
        final Set<String> files = new TreeSet<>(told);
        files.addAll(now.files());
        told.clear();
        told.addAll(now.files());
        final Translation translation = new Translation(open, now);
        for (final String file : files) {
            final PublishDiagnosticsParams said =
                    new PublishDiagnosticsParams(open.uri(file), translation.diagnostics(file));
            open.version(file).ifPresent(said::setVersion);
            publish.accept(said);
        }
    }
}
