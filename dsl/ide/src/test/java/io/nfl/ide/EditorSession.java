// SPDX-License-Identifier: Apache-2.0
package io.nfl.ide;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.lsp4j.CodeAction;
import org.eclipse.lsp4j.CodeActionContext;
import org.eclipse.lsp4j.CodeActionParams;
import org.eclipse.lsp4j.CompletionItem;
import org.eclipse.lsp4j.CompletionParams;
import org.eclipse.lsp4j.Diagnostic;
import org.eclipse.lsp4j.DidChangeTextDocumentParams;
import org.eclipse.lsp4j.DidCloseTextDocumentParams;
import org.eclipse.lsp4j.DidOpenTextDocumentParams;
import org.eclipse.lsp4j.InitializeParams;
import org.eclipse.lsp4j.InitializeResult;
import org.eclipse.lsp4j.InitializedParams;
import org.eclipse.lsp4j.MessageActionItem;
import org.eclipse.lsp4j.MessageParams;
import org.eclipse.lsp4j.Position;
import org.eclipse.lsp4j.PublishDiagnosticsParams;
import org.eclipse.lsp4j.ShowMessageRequestParams;
import org.eclipse.lsp4j.TextDocumentContentChangeEvent;
import org.eclipse.lsp4j.TextDocumentIdentifier;
import org.eclipse.lsp4j.TextDocumentItem;
import org.eclipse.lsp4j.VersionedTextDocumentIdentifier;
import org.eclipse.lsp4j.jsonrpc.Launcher;
import org.eclipse.lsp4j.launch.LSPLauncher;
import org.eclipse.lsp4j.services.LanguageClient;
import org.eclipse.lsp4j.services.LanguageServer;

/** An editor with a server process of its own, over the process's standard input and output. */
final class EditorSession implements LanguageClient, AutoCloseable {
    private static final long SECONDS = 60;

    private final Process process;
    private final LanguageServer server;
    private final Map<String, BlockingQueue<List<Diagnostic>>> told = new ConcurrentHashMap<>();

    EditorSession() throws IOException {
        final String classPath =
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path", ""));
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home", ""), "bin", "java")
                                .toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        classPath,
                        ServerProcess.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        final Launcher<LanguageServer> launcher =
                LSPLauncher.createClientLauncher(this, process.getInputStream(), process.getOutputStream());
        server = launcher.getRemoteProxy();
        launcher.startListening();
    }

    InitializeResult initialize() throws Exception {
        final InitializeResult result =
                server.initialize(new InitializeParams()).get(SECONDS, TimeUnit.SECONDS);
        server.initialized(new InitializedParams());
        return result;
    }

    void open(final Path file, final String text) {
        server.getTextDocumentService()
                .didOpen(new DidOpenTextDocumentParams(new TextDocumentItem(uri(file), "nfl", 1, text)));
    }

    void change(final Path file, final String text) {
        server.getTextDocumentService()
                .didChange(new DidChangeTextDocumentParams(
                        new VersionedTextDocumentIdentifier(uri(file), 2),
                        List.of(new TextDocumentContentChangeEvent(text))));
    }

    void close(final Path file) {
        server.getTextDocumentService().didClose(new DidCloseTextDocumentParams(new TextDocumentIdentifier(uri(file))));
    }

    /** What is said of a file next. */
    List<Diagnostic> told(final Path file) throws InterruptedException {
        final List<Diagnostic> said = queue(uri(file)).poll(SECONDS, TimeUnit.SECONDS);
        if (said == null) {
            throw new AssertionError("nothing was said of " + file);
        }
        return said;
    }

    List<CodeAction> fixes(final Path file, final Diagnostic diagnostic) throws Exception {
        return server
                .getTextDocumentService()
                .codeAction(new CodeActionParams(
                        new TextDocumentIdentifier(uri(file)),
                        diagnostic.getRange(),
                        new CodeActionContext(List.of(diagnostic))))
                .get(SECONDS, TimeUnit.SECONDS)
                .stream()
                .map(each -> each.getRight())
                .toList();
    }

    List<CompletionItem> offers(final Path file, final Position cursor) throws Exception {
        return server.getTextDocumentService()
                .completion(new CompletionParams(new TextDocumentIdentifier(uri(file)), cursor))
                .get(SECONDS, TimeUnit.SECONDS)
                .getLeft();
    }

    void shutdown() throws Exception {
        server.shutdown().get(SECONDS, TimeUnit.SECONDS);
    }

    void exit() {
        server.exit();
    }

    void hangUp() throws IOException {
        process.getOutputStream().close();
    }

    int status() throws InterruptedException {
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("the server did not end");
        }
        return process.exitValue();
    }

    static String uri(final Path file) {
        return file.toUri().toString();
    }

    @Override
    public void publishDiagnostics(final PublishDiagnosticsParams said) {
        queue(said.getUri()).add(said.getDiagnostics());
    }

    private BlockingQueue<List<Diagnostic>> queue(final String uri) {
        return told.computeIfAbsent(uri, each -> new LinkedBlockingQueue<>());
    }

    @Override
    public void telemetryEvent(final Object event) {}

    @Override
    public void showMessage(final MessageParams message) {}

    @Override
    public CompletableFuture<MessageActionItem> showMessageRequest(final ShowMessageRequestParams request) {
        return CompletableFuture.completedFuture(new MessageActionItem());
    }

    @Override
    public void logMessage(final MessageParams message) {}

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
