// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli.test;

import io.nfl.cli.ColourOption;
import io.nfl.cli.ExitStatus;
import io.nfl.cli.PolicyInput;
import io.nfl.compiler.LoadedPolicy.Execution;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nfl test}: runs the tests that policies carry. */
@Command(
        name = "test",
        description = {
            "Runs the tests that policies carry, each on a freshly loaded policy, in the JVM.",
            "",
            "A test that fails shows what was expected, what came of the packet, and its way through the hooks."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  nfl test samples/home-gateway",
            "  nfl test samples                     every policy.nfl below a folder",
            "  nfl test --coverage edge.nfl         the rules that no test reaches",
            "  nfl test --only 'name server' edge.nfl",
            "  nfl test --format junit samples > report.xml"
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:every test passed",
            "1:a test failed, or a policy has errors",
            "2:the command line is wrong",
            "66:a policy cannot be found",
            "74:input or output failed"
        })
public final class TestCommand implements Callable<Integer> {
    /** How results are told. */
    enum Format {
        text,
        json,
        junit
    }

    @Parameters(
            paramLabel = "POLICY",
            arity = "1..*",
            description = "policy files; a folder stands for the policy.nfl in it, or else for all below it")
    private List<String> policies = List.of();

    @Option(names = "--only", paramLabel = "TEXT", description = "only tests whose name has TEXT in it")
    private String only = "";

    @Option(names = "--coverage", description = "name the rules that no test reached")
    private boolean coverage;

    @Option(
            names = {"-v", "--verbose"},
            description = "name the tests that pass, too")
    private boolean verbose;

    @Option(names = "--format", description = "how results are told: ${COMPLETION-CANDIDATES}", defaultValue = "text")
    private Format format = Format.text;

    @Option(
            names = "--execution",
            paramLabel = "HOW",
            description = "who walks the rules: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}); both agree")
    private Execution execution = Execution.BYTECODE;

    @Mixin
    private final ColourOption colour = new ColourOption();

    @Spec
    @SuppressWarnings("NullAway") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        final List<PolicyTests> all = new ArrayList<>();
        int status = ExitStatus.FINE;
        try {
            for (final String argument : policies) {
                for (final String policy : PolicyInput.all(argument)) {
                    final PolicyInput input = new PolicyInput();
                    final PolicyTests tests = PolicyTests.run(input, input.read(policy, System.in), execution, only);
                    all.add(tests);
                    if (format == Format.text) {
                        tell(tests);
                    }
                }
            }
        } catch (final PolicyInput.Unreadable e) {
            spec.commandLine().getErr().println("nfl: " + e.getMessage());
            spec.commandLine().getErr().flush();
            status = e.status();
        }
        switch (format) {
            case text -> {}
            case json -> out().print(JsonResults.render(all, coverage));
            case junit -> out().print(JunitResults.render(all));
        }
        out().flush();
        if (status != ExitStatus.FINE) {
            return status;
        }
        if (!only.isEmpty() && all.stream().allMatch(tests -> tests.results().isEmpty() && !tests.hasErrors())) {
            spec.commandLine().getErr().println("nfl: no test has \"" + only + "\" in its name");
            spec.commandLine().getErr().flush();
            return ExitStatus.FINDINGS;
        }
        return all.stream().anyMatch(tests -> tests.hasErrors() || tests.failed() > 0)
                ? ExitStatus.FINDINGS
                : ExitStatus.FINE;
    }

    private void tell(final PolicyTests tests) {
        final TextResults results = new TextResults(out(), colour.on(), verbose);
        results.tell(tests);
        if (coverage) {
            tests.coverage().ifPresent(each -> results.tell(tests, each));
        }
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
