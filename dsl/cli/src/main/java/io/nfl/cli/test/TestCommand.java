// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli.test;

import io.nfl.api.host.KernelProfile.BackEnd;
import io.nfl.cli.ColourOption;
import io.nfl.cli.ExitStatus;
import io.nfl.cli.PolicyInput;
import io.nfl.compiler.LoadedPolicy.Execution;
import io.nfl.kernel.KernelAccess;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nfl test}: runs the tests that policies carry. */
@Command(
        name = "test",
        description = {
            "Runs the tests that policies carry, each on a freshly loaded policy, in the JVM.",
            "",
            "A test that fails shows what was expected, what came of the packet, and its way through the hooks.",
            "",
            "With --kernel the same tests then run in private namespaces of this machine's kernel, with the scripts"
                    + " that nfl compile writes. Bytes, marks, rules, connections, counters and routes are compared;"
                    + " what the kernel did otherwise is a failure, told with both stories side by side. It wants root,"
                    + " or a user namespace."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  nfl test samples/home-gateway",
            "  nfl test samples                     every policy.nfl below a folder",
            "  nfl test --coverage edge.nfl         the rules that no test reaches",
            "  nfl test --only 'name server' edge.nfl",
            "  nfl test --format junit samples > report.xml",
            "  sudo nfl test --kernel samples       on both back ends of iptables"
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:every test passed",
            "1:a test failed, or a policy has errors, or the kernel did otherwise",
            "2:the command line is wrong",
            "66:a policy cannot be found",
            "74:input or output failed",
            "77:--kernel: this machine's kernel cannot be asked; the reason says what is missing"
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

    @Option(names = "--kernel", description = "run them on this machine's kernel too, and compare")
    private boolean kernel;

    @Option(
            names = "--backend",
            paramLabel = "NAME",
            description = "with --kernel: iptables-legacy or iptables-nft alone, legacy or nft (default: both)")
    private List<BackEnd> backEnds = List.of();

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
        if (!kernel && !backEnds.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "--backend is for --kernel");
        }
        final List<PolicyTests> all = new ArrayList<>();
        int status = ExitStatus.FINE;
        try {
            if (kernel) {
                onKernel(all);
            } else {
                jvm(tests -> add(all, tests));
            }
        } catch (final PolicyInput.Unreadable e) {
            status = fail(e.status(), e);
        } catch (final KernelAccess.Refused e) {
            status = fail(ExitStatus.NOT_PERMITTED, e);
        } catch (final IOException e) {
            status = fail(ExitStatus.INPUT_OUTPUT, e);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            status = fail(ExitStatus.INPUT_OUTPUT, e);
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

    private void onKernel(final List<PolicyTests> all)
            throws PolicyInput.Unreadable, KernelAccess.Refused, IOException, InterruptedException {
        final boolean progress = System.console() != null && format == Format.text;
        try (KernelRun run = KernelRun.open(backEnds, spec.commandLine().getErr(), progress)) {
            jvm(tests -> {
                run.require(tests);
                add(all, run.run(tests));
            });
        }
    }

    /** Takes the results of one policy after the other. */
    private interface Taker {
        void take(PolicyTests tests) throws KernelAccess.Refused, IOException, InterruptedException;
    }

    /** Runs what the command line names in the JVM. */
    private void jvm(final Taker taker)
            throws PolicyInput.Unreadable, KernelAccess.Refused, IOException, InterruptedException {
        for (final String argument : policies) {
            for (final String policy : PolicyInput.all(argument)) {
                final PolicyInput input = new PolicyInput();
                taker.take(PolicyTests.run(input, input.read(policy, System.in), execution, only));
            }
        }
    }

    private void add(final List<PolicyTests> all, final PolicyTests tests) {
        all.add(tests);
        if (format == Format.text) {
            tell(tests);
        }
    }

    private int fail(final int status, final Exception reason) {
        spec.commandLine().getErr().println("nfl: " + reason.getMessage());
        spec.commandLine().getErr().flush();
        return status;
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
