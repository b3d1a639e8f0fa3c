// SPDX-License-Identifier: Apache-2.0
package io.nfl.ide;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.eclipse.lsp4j.CodeActionKind;
import org.eclipse.lsp4j.CodeActionOptions;
import org.eclipse.lsp4j.CompletionOptions;
import org.eclipse.lsp4j.DidChangeConfigurationParams;
import org.eclipse.lsp4j.DidChangeWatchedFilesParams;
import org.eclipse.lsp4j.InitializeParams;
import org.eclipse.lsp4j.InitializeResult;
import org.eclipse.lsp4j.RenameOptions;
import org.eclipse.lsp4j.SaveOptions;
import org.eclipse.lsp4j.ServerCapabilities;
import org.eclipse.lsp4j.ServerInfo;
import org.eclipse.lsp4j.SetTraceParams;
import org.eclipse.lsp4j.TextDocumentSyncKind;
import org.eclipse.lsp4j.TextDocumentSyncOptions;
import org.eclipse.lsp4j.jsonrpc.Launcher;
import org.eclipse.lsp4j.jsonrpc.MessageConsumer;
import org.eclipse.lsp4j.jsonrpc.RemoteEndpoint;
import org.eclipse.lsp4j.jsonrpc.json.MessageJsonHandler;
import org.eclipse.lsp4j.jsonrpc.json.StreamMessageConsumer;
import org.eclipse.lsp4j.jsonrpc.services.ServiceEndpoints;
import org.eclipse.lsp4j.services.LanguageClient;
import org.eclipse.lsp4j.services.LanguageServer;
import org.eclipse.lsp4j.services.TextDocumentService;
import org.eclipse.lsp4j.services.WorkspaceService;

/**
 * The language server: LSP4J over our own compiler. Xtext's server is not used, since its resources, validators and
 * proposals would be a second way from text to diagnostics beside that of {@code nfl check}.
 */
public final class PolicyServer implements LanguageServer, WorkspaceService {
    private final CompletableFuture<Integer> ended = new CompletableFuture<>();
    private final CompletableFuture<LanguageClient> client = new CompletableFuture<>();
    private final PolicyTexts texts = new PolicyTexts(said -> client.join().publishDiagnostics(said));
    private volatile boolean shutdown;

    /** LSP4J's launcher with our gate before the server, and our word for what goes wrong in it. */
    private static final class GatedLauncher extends Launcher.Builder<LanguageClient> {
        @Override
        protected RemoteEndpoint createRemoteEndpoint(final MessageJsonHandler json) {
            final MessageConsumer outgoing = wrapMessageConsumer(new StreamMessageConsumer(output, json));
            final Gate gate = new Gate(ServiceEndpoints.toEndpoint(localServices));
            final RemoteEndpoint remote = new RemoteEndpoint(outgoing, gate, Bug::answer);
            json.setMethodProvider(remote);
            return remote;
        }
    }

    private PolicyServer() {}

    /**
     * Serves one editor until it says exit or closes the input.
     *
     * @param output for the protocol alone: nobody else may write to it
     * @return 0 if the editor said shutdown before, else 1, as the protocol wants it
     */
    public static int serve(final InputStream input, final OutputStream output) {
        final PolicyServer server = new PolicyServer();
        final Launcher<LanguageClient> launcher = new GatedLauncher()
                .setLocalService(server)
                .setRemoteInterface(LanguageClient.class)
                .setInput(input)
                .setOutput(output)
                .create();
        server.client.complete(launcher.getRemoteProxy());
        final Future<Void> listening = launcher.startListening();
        final Thread end = new Thread(() -> server.endWith(listening), "nfl lsp input");
        end.setDaemon(true);
        end.start();
        final int status = server.ended.join();
        server.texts.stop();
        return status;
    }

    @Override
    public CompletableFuture<InitializeResult> initialize(final InitializeParams params) {
        final TextDocumentSyncOptions sync = new TextDocumentSyncOptions();
        sync.setOpenClose(true);
        sync.setChange(TextDocumentSyncKind.Incremental);
        sync.setSave(new SaveOptions(false));
        final ServerCapabilities can = new ServerCapabilities();
        can.setTextDocumentSync(sync);
        can.setCodeActionProvider(new CodeActionOptions(List.of(CodeActionKind.QuickFix)));
        can.setCompletionProvider(new CompletionOptions(false, List.of(" ")));
        can.setHoverProvider(true);
        can.setDefinitionProvider(true);
        can.setReferencesProvider(true);
        can.setDocumentHighlightProvider(true);
        can.setRenameProvider(new RenameOptions(true));
        can.setDocumentSymbolProvider(true);
        can.setFoldingRangeProvider(true);
        can.setPositionEncoding("utf-16");
        goWith(params);
        texts.lookIn(folders(params));
        return CompletableFuture.completedFuture(new InitializeResult(can, new ServerInfo("nfl")));
    }

    @SuppressWarnings("deprecation") // Older editors have one folder, and say it so.
    private static List<Path> folders(final InitializeParams params) {
        final List<String> uris = new ArrayList<>();
        if (params.getWorkspaceFolders() != null) {
            params.getWorkspaceFolders().forEach(each -> uris.add(each.getUri()));
        } else if (params.getRootUri() != null) {
            uris.add(params.getRootUri());
        }
        return uris.stream().flatMap(each -> OpenTexts.path(each).stream()).toList();
    }

    /** An editor that dies takes no leave: its process is watched, where this host has it. */
    private void goWith(final InitializeParams params) {
        final Integer editor = params.getProcessId();
        if (editor != null) {
            ProcessHandle.of(editor).ifPresent(each -> each.onExit().thenRun(this::exit));
        }
    }

    @Override
    public CompletableFuture<Object> shutdown() {
        shutdown = true;
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void exit() {
        ended.complete(shutdown ? 0 : 1);
    }

    @Override
    public TextDocumentService getTextDocumentService() {
        return texts;
    }

    @Override
    public WorkspaceService getWorkspaceService() {
        return this;
    }

    /** There is nothing to trace but what the client sees itself. */
    @Override
    public void setTrace(final SetTraceParams params) {}

    /** There is nothing to configure. */
    @Override
    public void didChangeConfiguration(final DidChangeConfigurationParams params) {}

    @Override
    public void didChangeWatchedFiles(final DidChangeWatchedFilesParams params) {
        texts.check();
    }

    private void endWith(final Future<Void> listening) {
        try {
            listening.get();
        } catch (final ExecutionException | InterruptedException e) {
            System.err.println("nfl lsp: " + e);
        }
        exit();
    }
}
