// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli;

import io.nfl.compiler.Compilation;
import io.nfl.compiler.NflCompiler;
import io.nfl.diag.Diagnostic;
import io.nfl.diag.JsonReport;
import io.nfl.diag.Span;
import io.nfl.diag.TextReport;
import io.nfl.ir.Policy;
import io.nfl.lang.Source;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
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

    private Span beginning = Span.NONE;

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
        return compile(policy -> List.of(), onwards);
    }

    /** The same, with what more there is to say of a policy without errors. */
    int compile(final Function<Policy, List<Diagnostic>> more, final ToIntFunction<Compilation> onwards) {
        final PolicyInput input = new PolicyInput();
        final Source source;
        try {
            source = input.read(policy, System.in);
        } catch (final PolicyInput.Unreadable e) {
            return fail(e.status(), String.valueOf(e.getMessage()));
        }
        beginning = Span.ofLine(source.name(), 1);
        final Compilation compilation = NflCompiler.compile(source, input.finder());
        final List<Diagnostic> diagnostics = new ArrayList<>(compilation.diagnostics());
        compilation.policy().ifPresent(policy -> diagnostics.addAll(more.apply(policy)));
        Collections.sort(diagnostics);
        switch (format) {
            case text -> {
                spec.commandLine().getErr().print(new TextReport(input::text, colour.on()).render(diagnostics));
                spec.commandLine().getErr().flush();
            }
            case json -> out().print(JsonReport.render(diagnostics));
            case github -> out().print(ToolReport.github(diagnostics));
            case sarif -> out().print(ToolReport.sarif(diagnostics));
        }
        out().flush();
        return diagnostics.stream().anyMatch(Diagnostic::isError)
                ? ExitStatus.FINDINGS
                : onwards.applyAsInt(compilation);
    }

    /** Where to say what concerns the policy as a whole: its first line. */
    Span beginning() {
        return beginning;
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
