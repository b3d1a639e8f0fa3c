// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli;

import io.nfl.diag.Code;
import io.nfl.diag.Explanation;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nfl explain}. */
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        description = "Says what a diagnostic's code means and why netfilter works so; without a code, lists all.",
        footerHeading = "%nExamples:%n",
        footer = {"  nfl explain placement/action", "  nfl explain"})
final class ExplainCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "CODE", arity = "0..1", description = "As it stands in brackets after error or warning.")
    private String id = "";

    @Override
    public Integer call() {
        final PrintWriter out = spec.commandLine().getOut();
        if (id.isEmpty()) {
            for (final Code code : Code.values()) {
                out.printf(
                        "%-32s %s%n",
                        code.id(), Explanation.of(code).map(Explanation::title).orElse(""));
            }
            return ExitStatus.FINE;
        }
        final Optional<Code> code = Code.of(id);
        if (code.isEmpty()) {
            spec.commandLine().getErr().println("nfl explain: there is no code `" + id + "`; `nfl explain` lists all");
            return ExitStatus.NO_INPUT;
        }
        Explanation.of(code.get()).ifPresent(e -> out.printf("%s: %s%n%n%s%n", id, e.title(), e.why()));
        return ExitStatus.FINE;
    }
}
