// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli;

import io.nfl.ide.PolicyServer;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code nfl lsp}: the language server on standard input and output. */
@Command(
        name = "lsp",
        description = "Serves an editor with the Language Server Protocol on standard input and output.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nAn editor starts it:%n",
        footer = {"  nfl lsp"})
final class LspCommand implements Callable<Integer> {
    /** Clients add it of themselves. It says what is so in any case, so nobody reads it. */
    @SuppressWarnings("UnusedVariable")
    @Option(names = "--stdio", description = "standard input and output, as always")
    private boolean stdio;

    @Override
    public Integer call() {
        final PrintStream protocol = System.out;
        // Whatever else would print must not break the protocol.
        System.setOut(System.err);
        return PolicyServer.serve(System.in, protocol);
    }
}
