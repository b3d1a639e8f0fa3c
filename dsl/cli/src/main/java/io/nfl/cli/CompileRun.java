// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli;

import io.nfl.compiler.Compilation;
import io.nfl.compiler.NflCompiler;
import io.nfl.diag.JsonReport;
import io.nfl.diag.TextReport;
import io.nfl.lang.Source;
import java.io.PrintWriter;
import java.util.function.ToIntFunction;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What the commands share that begin with compiling a policy: its argument, reports, colours, the exit status. */
final class CompileRun {
    /** How diagnostics are told. */
    enum Format {
        text,
        json,
        github,
        sarif
    }

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Parameters(
            index = "0",
            paramLabel = "POLICY",
            description = "a policy file, a folder with a policy.nfl in it, or - for standard input")
    private String policy = "";

    @Option(
            names = "--format",
            description = "how diagnostics are told: ${COMPLETION-CANDIDATES}",
            defaultValue = "text")
    private Format format = Format.text;

    @Mixin
    private final ColourOption colour = new ColourOption();

    /** Compiles; where that went well, goes on. Diagnostics go to standard error, as JSON to standard output. */
    int compile(final ToIntFunction<Compilation> onwards) {
        final PolicyInput input = new PolicyInput();
        final Source source;
        try {
            source = input.read(policy, System.in);
        } catch (final PolicyInput.Unreadable e) {
            return fail(e.status(), String.valueOf(e.getMessage()));
        }
        final Compilation compilation = NflCompiler.compile(source, input.finder());
        switch (format) {
            case text -> {
                spec.commandLine()
                        .getErr()
                        .print(new TextReport(input::text, colour.on()).render(compilation.diagnostics()));
                spec.commandLine().getErr().flush();
            }
            case json -> out().print(JsonReport.render(compilation.diagnostics()));
            case github -> out().print(ToolReport.github(compilation.diagnostics()));
            case sarif -> out().print(ToolReport.sarif(compilation.diagnostics()));
        }
        out().flush();
        return compilation.hasErrors() ? ExitStatus.FINDINGS : onwards.applyAsInt(compilation);
    }

    PrintWriter out() {
        return spec.commandLine().getOut();
    }

    int fail(final int status, final String message) {
        spec.commandLine().getErr().println("nfl: " + message);
        spec.commandLine().getErr().flush();
        return status;
    }
}
