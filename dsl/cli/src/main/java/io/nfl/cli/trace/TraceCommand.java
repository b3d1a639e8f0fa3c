// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli.trace;

import io.nfl.cli.ColourOption;
import io.nfl.cli.ExitStatus;
import io.nfl.cli.PolicyInput;
import io.nfl.diag.Diagnostic;
import io.nfl.diag.TextReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nfl trace}: the way of a packet through a policy. */
@Command(
        name = "trace",
        description = {
            "Tells the way of a packet through the host of a policy: hooks, rules, conntrack, NAT, routing, the end.",
            "",
            "A packet is written as in a test behind `send`; further packets go on with the same conversation,"
                    + " among them `reply`, which answers the packet before."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  nfl trace samples/home-gateway 'in wan tcp syn from 198.51.100.7:40000 to wan.address:8080'",
            "  nfl trace edge.nfl 'local udp from wan.address:5000 to 9.9.9.9:53' reply",
            "  nfl trace --why-not accept edge.nfl 'in wan tcp syn from 198.51.100.7:40000 to wan.address:22'",
            "  nfl trace --svg way.svg edge.nfl 'in lan tcp syn from pc1:40000 to 9.9.9.9:443'"
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:the way was told, wherever it led",
            "1:the policy has errors, or the words of a packet have",
            "2:the command line is wrong",
            "66:the policy cannot be found",
            "74:input or output failed"
        })
public final class TraceCommand implements Callable<Integer> {
    /** How the way is told. */
    enum Format {
        text,
        json
    }

    @Parameters(index = "0..*", paramLabel = "POLICY PACKET", description = "the policy, then the packets, in order")
    private List<String> arguments = List.of();

    @Option(names = "--format", description = "how it is told: ${COMPLETION-CANDIDATES}", defaultValue = "text")
    private Format format = Format.text;

    @Option(
            names = "--why-not",
            paramLabel = "WHAT",
            description = "accept, drop, reject, a rule's name or its file:line: of each rule that would have given it,"
                    + " which match failed first, and what the packet had")
    private String whyNot = "";

    @Option(
            names = "--svg",
            paramLabel = "FILE",
            description = "also draw the way on netfilter's flow chart; - is standard output, instead of the text")
    private Optional<String> svg = Optional.empty();

    @Mixin
    private final ColourOption colour = new ColourOption();

    @Spec
    @SuppressWarnings("NullAway") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        final List<String> packets = new ArrayList<>(arguments);
        if (packets.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "a policy is missing");
        }
        final String policy = packets.remove(0);
        if (packets.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "a packet is missing, such as 'in wan udp from 9.9.9.9:53 to wan.address:5000'");
        }
        final PolicyInput input = new PolicyInput();
        final Conversation.Played played;
        try {
            played = Conversation.play(input, input.read(policy, System.in), packets, whyNot);
        } catch (final PolicyInput.Unreadable e) {
            return fail(e.status(), String.valueOf(e.getMessage()));
        }
        final int written = played.trace().map(this::tell).orElse(ExitStatus.FINE);
        if (written != ExitStatus.FINE) {
            return written;
        }
        spec.commandLine().getErr().print(new TextReport(played.sources(), colour.on()).render(played.diagnostics()));
        spec.commandLine().getErr().flush();
        return played.diagnostics().stream().anyMatch(Diagnostic::isError) ? ExitStatus.FINDINGS : ExitStatus.FINE;
    }

    private int tell(final Conversation.Trace trace) {
        if (svg.equals(Optional.of("-"))) {
            out().print(TraceDrawing.render(trace));
            out().flush();
            return ExitStatus.FINE;
        }
        out().print(
                        switch (format) {
                            case text -> TraceReport.render(trace, whyNot, colour.on());
                            case json -> TraceJson.render(trace);
                        });
        out().flush();
        try {
            if (svg.isPresent()) {
                TraceDrawing.write(trace, Path.of(svg.get()));
            }
        } catch (final IOException | InvalidPathException e) {
            return fail(ExitStatus.INPUT_OUTPUT, svg.get() + " cannot be written: " + e.getMessage());
        }
        return ExitStatus.FINE;
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private int fail(final int status, final String message) {
        spec.commandLine().getErr().println("nfl: " + message);
        spec.commandLine().getErr().flush();
        return status;
    }
}
