// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli.lsp;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.eclipse.lsp4j.Diagnostic;
import org.eclipse.lsp4j.DidChangeTextDocumentParams;
import org.eclipse.lsp4j.DidCloseTextDocumentParams;
import org.eclipse.lsp4j.DidOpenTextDocumentParams;
import org.eclipse.lsp4j.DidSaveTextDocumentParams;
import org.eclipse.lsp4j.InitializeParams;
import org.eclipse.lsp4j.InitializeResult;
import org.eclipse.lsp4j.InitializedParams;
import org.eclipse.lsp4j.MessageActionItem;
import org.eclipse.lsp4j.MessageParams;
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
import org.eclipse.lsp4j.services.TextDocumentService;

/** An editor with a server of its own: the packaged {@code nfl lsp}, over its standard input and output. */
final class EditorSession implements LanguageClient, AutoCloseable {
    private static final long SECONDS = 120;

    private final Process process;
    private final LanguageServer server;
    private final Map<String, BlockingQueue<PublishDiagnosticsParams>> told = new ConcurrentHashMap<>();
    private final Map<String, Integer> published = new ConcurrentHashMap<>();
    private final Map<Path, Integer> versions = new HashMap<>();

    EditorSession() throws IOException {
        process = start(ProcessBuilder.Redirect.INHERIT);
        final Launcher<LanguageServer> launcher =
                LSPLauncher.createClientLauncher(this, process.getInputStream(), process.getOutputStream());
        server = launcher.getRemoteProxy();
        launcher.startListening();
    }

    /** The server's process alone. @param log where its standard error goes */
    static Process start(final ProcessBuilder.Redirect log) throws IOException {
        final ProcessBuilder builder = new ProcessBuilder(
                        Path.of("target/nfl/bin/nfl").toAbsolutePath().toString(), "lsp", "--stdio")
                .redirectError(log);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home", ""));
        return builder.start();
    }

    InitializeResult initialize() throws Exception {
        return initialize(new InitializeParams());
    }

    InitializeResult initialize(final InitializeParams params) throws Exception {
        final InitializeResult result = server.initialize(params).get(SECONDS, TimeUnit.SECONDS);
        server.initialized(new InitializedParams());
        return result;
    }

    void open(final Path file, final String text) {
        versions.put(file, 1);
        server.getTextDocumentService()
                .didOpen(new DidOpenTextDocumentParams(new TextDocumentItem(uri(file), "nfl", 1, text)));
    }

    void change(final Path file, final String text) {
        change(file, List.of(new TextDocumentContentChangeEvent(text)));
    }

    void change(final Path file, final List<TextDocumentContentChangeEvent> changes) {
        final int version = versions.merge(file, 1, Integer::sum);
        server.getTextDocumentService()
                .didChange(new DidChangeTextDocumentParams(
                        new VersionedTextDocumentIdentifier(uri(file), version), changes));
    }

    void save(final Path file) {
        server.getTextDocumentService().didSave(new DidSaveTextDocumentParams(document(file)));
    }

    void close(final Path file) {
        server.getTextDocumentService().didClose(new DidCloseTextDocumentParams(new TextDocumentIdentifier(uri(file))));
    }

    /** What is said of a file next. */
    List<Diagnostic> told(final Path file) throws InterruptedException {
        return next(file).getDiagnostics();
    }

    /** What is said of the newest text of a file. */
    List<Diagnostic> toldOfNewest(final Path file) throws InterruptedException {
        PublishDiagnosticsParams said = next(file);
        while (!versions.get(file).equals(said.getVersion())) {
            said = next(file);
        }
        return said.getDiagnostics();
    }

    private PublishDiagnosticsParams next(final Path file) throws InterruptedException {
        final PublishDiagnosticsParams said = queue(uri(file)).poll(SECONDS, TimeUnit.SECONDS);
        if (said == null) {
            throw new AssertionError("nothing was said of " + file);
        }
        return said;
    }

    /** How many times something was said of a file that nobody has asked for yet. */
    int untold(final Path file) {
        return queue(uri(file)).size();
    }

    /** How many times something was said of a file at all. */
    int published(final Path file) {
        return published.getOrDefault(uri(file), 0);
    }

    /** The answer to a question. */
    <T> T ask(final Function<TextDocumentService, CompletableFuture<T>> question) throws Exception {
        return question.apply(server.getTextDocumentService()).get(SECONDS, TimeUnit.SECONDS);
    }

    Object shutdown() throws Exception {
        return server.shutdown().get(SECONDS, TimeUnit.SECONDS);
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

    static TextDocumentIdentifier document(final Path file) {
        return new TextDocumentIdentifier(uri(file));
    }

    @Override
    public void publishDiagnostics(final PublishDiagnosticsParams said) {
        published.merge(said.getUri(), 1, Integer::sum);
        queue(said.getUri()).add(said);
    }

    private BlockingQueue<PublishDiagnosticsParams> queue(final String uri) {
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
