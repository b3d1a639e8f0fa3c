// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli.trace;

import io.nfl.api.net.Family;
import io.nfl.cli.ColourOption;
import io.nfl.cli.ExitStatus;
import io.nfl.cli.FileFailure;
import io.nfl.cli.PolicyInput;
import io.nfl.diag.Diagnostic;
import io.nfl.diag.Result;
import io.nfl.diag.TextReport;
import io.nfl.lang.Source;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
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
            "  nfl trace edge.nfl 'in wan tcp syn from 9.9.9.9:4000 to wan.address:80'",
            "  nfl trace edge.nfl 'local udp from wan.address:5000 to 9.9.9.9:53' reply",
            "  nfl trace --why-not accept edge.nfl 'in lan udp from pc1:5 to 9.9.9.9:53'",
            "  nfl trace --svg way.svg edge.nfl 'in lan udp from pc1:5 to 9.9.9.9:53'",
            "  nfl trace --rules saved.v4 --host host.ip 'in eth0 udp from 9.9.9.9:53 to \\",
            "      203.0.113.2:5000 length 2000 fragment 0-1479'"
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
    private static final String STANDARD_OUTPUT = "-";

    /** How the way is told. */
    enum Format {
        text,
        json
    }

    @Parameters(
            index = "0..*",
            paramLabel = "POLICY PACKET",
            description = "the policy (not with --rules), then the packets, in order")
    private List<String> arguments = List.of();

    @Option(names = "--format", description = "how it is told: ${COMPLETION-CANDIDATES}", defaultValue = "text")
    private Format format = Format.text;

    @Option(names = "--rules", paramLabel = "FILE", description = "instead of a policy: what iptables-save printed")
    private Optional<String> rules = Optional.empty();

    @Option(names = "--rules6", paramLabel = "FILE", description = "the same of ip6tables-save")
    private Optional<String> rules6 = Optional.empty();

    @Option(
            names = "--host",
            paramLabel = "FILE",
            description = "with --rules: lines of `ip address add`, `ip route add`, `ip rule add`; without, a host is"
                    + " made up for the devices that rules name, and told")
    private Optional<String> host = Optional.empty();

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
        if (svg.equals(Optional.of(STANDARD_OUTPUT)) && format == Format.json) {
            throw new ParameterException(spec.commandLine(), "--svg - and --format json want standard output both");
        }
        final List<String> packets = new ArrayList<>(arguments);
        final PolicyInput input = new PolicyInput();
        final Conversation.Played played;
        try {
            final Result<Subject> subject = subject(input, packets);
            if (subject.value().isEmpty()) {
                report(subject.diagnostics(), input::text);
                return ExitStatus.FINDINGS;
            }
            subject.value().get().assumed().forEach(line -> err().println("nfl: assumed: " + line));
            played = Conversation.play(subject.value().get(), packets, whyNot);
        } catch (final PolicyInput.Unreadable e) {
            return fail(e.status(), String.valueOf(e.getMessage()));
        }
        final int written = played.trace().map(this::tell).orElse(ExitStatus.FINE);
        if (written != ExitStatus.FINE) {
            return written;
        }
        report(played.diagnostics(), played.sources());
        return played.diagnostics().stream().anyMatch(Diagnostic::isError) ? ExitStatus.FINDINGS : ExitStatus.FINE;
    }

    /** What the command line names; takes the policy from the arguments, so that packets are left. */
    private Result<Subject> subject(final PolicyInput input, final List<String> packets) throws PolicyInput.Unreadable {
        if (rules.isEmpty() && rules6.isEmpty()) {
            if (host.isPresent()) {
                throw new ParameterException(
                        spec.commandLine(), "--host is for --rules; a policy says what its host is");
            }
            if (packets.isEmpty()) {
                throw new ParameterException(spec.commandLine(), "a policy is missing");
            }
            final String policy = packets.remove(0);
            needPackets(packets);
            return Result.of(Subject.of(input, input.read(policy, System.in)), List.of());
        }
        if (rules.isPresent() && rules6.isPresent()) {
            throw new ParameterException(spec.commandLine(), "either --rules or --rules6: a packet is of one family");
        }
        needPackets(packets);
        final Source read = input.read(rules.or(() -> rules6).orElseThrow(), System.in);
        final Optional<Source> from =
                host.isPresent() ? Optional.of(input.read(host.get(), System.in)) : Optional.empty();
        return RulesInput.read(input, read, rules.isPresent() ? Family.IPV4 : Family.IPV6, from);
    }

    private void needPackets(final List<String> packets) {
        if (packets.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "a packet is missing, such as 'in wan udp from 9.9.9.9:53 to wan.address:5000'");
        }
    }

    private void report(final List<Diagnostic> diagnostics, final Function<String, Optional<String>> sources) {
        err().print(new TextReport(sources, colour.on()).render(diagnostics));
        err().flush();
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }

    private int tell(final Conversation.Trace trace) {
        if (svg.equals(Optional.of(STANDARD_OUTPUT))) {
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
        return svg.map(file -> draw(trace, file)).orElse(ExitStatus.FINE);
    }

    private int draw(final Conversation.Trace trace, final String file) {
        try {
            TraceDrawing.write(trace, Path.of(file));
            return ExitStatus.FINE;
        } catch (final IOException | InvalidPathException e) {
            return fail(ExitStatus.INPUT_OUTPUT, file + " cannot be written: " + FileFailure.reason(e));
        }
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private int fail(final int status, final String message) {
        err().println("nfl: " + message);
        err().flush();
        return status;
    }
}
