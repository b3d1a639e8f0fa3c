// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli.run;

import io.nfl.api.classify.CompiledPolicy;
import io.nfl.api.host.Device;
import io.nfl.api.host.KernelProfile;
import io.nfl.api.net.Family;
import io.nfl.cli.ColourOption;
import io.nfl.cli.ExitStatus;
import io.nfl.cli.FileFailure;
import io.nfl.cli.PolicyInput;
import io.nfl.compiler.Compilation;
import io.nfl.compiler.EngineReach;
import io.nfl.compiler.LoadedPolicy;
import io.nfl.compiler.LoadedPolicy.Execution;
import io.nfl.compiler.NflCompiler;
import io.nfl.diag.Diagnostic;
import io.nfl.diag.Result;
import io.nfl.diag.Span;
import io.nfl.diag.TextReport;
import io.nfl.engine.load.PolicyJar;
import io.nfl.engine.pipeline.EngineOptions;
import io.nfl.kernel.outcome.CounterText;
import io.nfl.lang.Source;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nfl run}: takes captures of what came in through a policy. */
@Command(
        name = "run",
        description = {
            "Takes the packets of captures through a policy, in the order of their time stamps, as the host would that"
                    + " has the policy's scripts loaded.",
            "",
            "Captures are pcap or pcapng of what came in by a device (tcpdump -Q in), with Ethernet, raw IP or Linux"
                    + " cooked headers. ARP is passed over, as is what the host itself sent. Segments that the device"
                    + " joined (GRO), or checksums that it had not filled in yet, are not what was on the wire: switch"
                    + " offloads off before capturing.",
            "",
            "Written to DIR: for each device NAME.pcapng with what leaves (raw IP), and rules.v4.counters and"
                    + " rules.v6.counters as iptables-save -c prints them."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  nfl run samples/home-gateway --in wan=wan.pcap --in lan=lan.pcapng -o out",
            "  nfl run out/policy.jar --in eth0=wan.pcap --format json",
            "  tcpdump -Q in -i eth0 -s 0 -w wan.pcap      on the router, for each device"
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:all packets of all captures were taken",
            "1:the policy has errors, or a capture is damaged or was cut; what could be read was taken",
            "2:the command line is wrong",
            "66:a policy or a capture cannot be found",
            "74:input or output failed"
        })
public final class RunCommand implements Callable<Integer> {
    /** What answers behind INPUT. */
    enum Host {
        /** The small host: ping, closed ports, unreachable ones. */
        answering,
        /** Packets to the host end after INPUT. */
        silent
    }

    /** How the summary is told. */
    enum Format {
        text,
        json
    }

    /** An end of the command that has been told already. */
    private static final class Ended extends Exception {
        private static final long serialVersionUID = 1L;

        private final int status;

        Ended(final int status) {
            super(null, null, false, false);
            this.status = status;
        }
    }

    private static final int PROGRESS_EVERY = 16_384;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "POLICY", description = "a policy file, a folder with a policy.nfl in it, or a policy.jar")
    private String policy = "";

    @Option(
            names = "--in",
            required = true,
            paramLabel = "NAME=CAPTURE",
            description = "what came in by an interface of the policy, or by a device; as often as there are captures")
    private List<String> in = List.of();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "DIR",
            description = "where the files go; made if it is not there. Without it there is the summary alone")
    private Optional<Path> output = Optional.empty();

    @Option(
            names = "--host",
            description = "what answers packets to the host itself: ${COMPLETION-CANDIDATES}. Captures of what came in"
                    + " cannot tell what the host's programs sent: answering knows ping and closed ports",
            defaultValue = "answering")
    private Host host = Host.answering;

    @Option(
            names = "--seed",
            paramLabel = "NUMBER",
            description = "of what the kernel leaves to chance: ports, next hops, statistic (default: 1)",
            defaultValue = "1")
    private long seed = 1;

    @Option(
            names = "--format",
            description = "how the summary is told: ${COMPLETION-CANDIDATES}",
            defaultValue = "text")
    private Format format = Format.text;

    @Mixin
    private final ColourOption colour = new ColourOption();

    @Override
    public Integer call() {
        final List<IncomingCapture> captures = new ArrayList<>();
        try {
            final CompiledPolicy loaded = policy();
            for (final String each : in) {
                captures.add(capture(loaded, each));
            }
            return run(loaded, captures);
        } catch (final Ended e) {
            return e.status;
        } finally {
            for (final IncomingCapture each : captures) {
                try {
                    each.close();
                } catch (final IOException e) {
                    say(each.path() + " cannot be closed: " + e.getMessage());
                }
            }
        }
    }

    private void say(final String message) {
        spec.commandLine().getErr().println("nfl: " + message);
        spec.commandLine().getErr().flush();
    }

    private Ended end(final int status, final String message) {
        say(message);
        return new Ended(status);
    }

    private CompiledPolicy policy() throws Ended {
        if (policy.endsWith(".jar")) {
            final Path path = Path.of(policy);
            if (!Files.exists(path)) {
                throw end(ExitStatus.NO_INPUT, "there is no file " + path);
            }
            try {
                return PolicyJar.read(path, PolicyJar.Loading.HIDDEN);
            } catch (final IOException e) {
                throw end(ExitStatus.INPUT_OUTPUT, path + " is no policy.jar that can be read: " + e.getMessage());
            }
        }
        final PolicyInput input = new PolicyInput();
        try {
            return compiled(input, input.read(policy, System.in));
        } catch (final PolicyInput.Unreadable e) {
            throw end(e.status(), String.valueOf(e.getMessage()));
        }
    }

    private LoadedPolicy compiled(final PolicyInput input, final Source source) throws Ended {
        final Compilation compilation = NflCompiler.compile(source, input.finder());
        final List<Diagnostic> diagnostics = new ArrayList<>(compilation.diagnostics());
        final Optional<LoadedPolicy> loaded = compilation.policy().flatMap(each -> {
            final Result<LoadedPolicy> result =
                    EngineReach.load(each, Span.ofLine(source.name(), 1), KernelProfile.MEASURED, Execution.BYTECODE);
            diagnostics.addAll(result.diagnostics());
            return result.value();
        });
        final PrintWriter err = spec.commandLine().getErr();
        err.print(new TextReport(input::text, colour.on()).render(diagnostics));
        err.flush();
        return loaded.orElseThrow(() -> new Ended(ExitStatus.FINDINGS));
    }

    private IncomingCapture capture(final CompiledPolicy loaded, final String argument) throws Ended {
        final int equals = argument.indexOf('=');
        if (equals < 1) {
            throw new ParameterException(spec.commandLine(), "`" + argument + "` is not NAME=CAPTURE");
        }
        final String name = argument.substring(0, equals);
        final Path path = Path.of(argument.substring(equals + 1));
        final String device = loaded.interfaces().getOrDefault(name, name);
        if (device.equals(Device.LOOPBACK)
                || loaded.host().devices().stream()
                        .noneMatch(each -> each.name().equals(device))) {
            throw new ParameterException(
                    spec.commandLine(),
                    "the policy has no interface `" + name + "`; it has "
                            + String.join(", ", devices(loaded).keySet()));
        }
        try {
            return IncomingCapture.open(device, path);
        } catch (final NoSuchFileException e) {
            throw end(ExitStatus.NO_INPUT, "there is no file " + path);
        } catch (final io.nfl.io.capture.CaptureException e) {
            throw end(ExitStatus.FINDINGS, path + ": " + e.getMessage());
        } catch (final IOException e) {
            throw end(ExitStatus.INPUT_OUTPUT, path + " cannot be read: " + FileFailure.reason(e));
        }
    }

    private int run(final CompiledPolicy loaded, final List<IncomingCapture> captures) throws Ended {
        final Map<String, String> devices = devices(loaded);
        try (RunFiles files = new RunFiles(output)) {
            return run(loaded, captures, devices, files);
        } catch (final FileAlreadyExistsException e) {
            throw end(ExitStatus.INPUT_OUTPUT, e.getMessage() + " is there already and is no folder");
        } catch (final IOException | UncheckedIOException e) {
            throw end(
                    ExitStatus.INPUT_OUTPUT,
                    output.map(folder -> "a capture cannot be read, or " + folder + " not be written: ")
                                    .orElse("a capture cannot be read: ")
                            + FileFailure.reason(e));
        }
    }

    private int run(
            final CompiledPolicy loaded,
            final List<IncomingCapture> captures,
            final Map<String, String> devices,
            final RunFiles files)
            throws IOException {
        for (final Map.Entry<String, String> each : devices.entrySet()) {
            files.capture(each.getValue(), each.getKey());
        }
        final EngineOptions options = switch (host) {
            case answering -> EngineOptions.ANSWERING;
            case silent -> EngineOptions.SILENT;
        };
        final boolean terminal = System.console() != null && System.getenv("TERM") != null;
        final long start = System.nanoTime();
        final CaptureRun run =
                new CaptureRun(loaded, captures, options, seed, files, terminal ? this::progress : packets -> {});
        run.run();
        final long took = System.nanoTime() - start;
        if (terminal && run.packets() >= PROGRESS_EVERY) {
            spec.commandLine().getErr().println();
        }
        for (final Family family : Family.values()) {
            if (loaded.families().contains(family)) {
                files.text(
                        family == Family.IPV4 ? "rules.v4.counters" : "rules.v6.counters",
                        CounterText.lines(
                                loaded.rules(family),
                                run.engine().classifier(family).orElseThrow()));
            }
        }
        final List<Path> written = files.finish();
        final RunSummary summary = new RunSummary(run, captures, devices, written, took);
        spec.commandLine().getOut().print(format == Format.json ? summary.json() : summary.text());
        spec.commandLine().getOut().flush();
        return complaints(captures) ? ExitStatus.FINDINGS : ExitStatus.FINE;
    }

    /** Says what of the captures could not be taken. */
    private boolean complaints(final List<IncomingCapture> captures) {
        boolean found = false;
        for (final IncomingCapture each : captures) {
            if (each.broken().isPresent()) {
                say(each.path() + ": " + each.broken().get() + "; the " + each.packets()
                        + " packets before were taken");
                found = true;
            }
            final long cut = each.passedOver().getOrDefault(IncomingCapture.PassedOver.CUT, 0L);
            if (cut > 0) {
                say(each.path() + ": " + cut + " packets were cut off by the capturer and passed over; capture whole"
                        + " packets (tcpdump -s 0)");
                found = true;
            }
        }
        return found;
    }

    /** Devices by the name of their interface, or by their own; without the loopback. */
    private static Map<String, String> devices(final CompiledPolicy loaded) {
        final Map<String, String> devices = new LinkedHashMap<>();
        for (final Device device : loaded.host().devices()) {
            if (!device.isLoopback()) {
                devices.put(
                        loaded.interfaces().entrySet().stream()
                                .filter(each -> each.getValue().equals(device.name()))
                                .map(Map.Entry::getKey)
                                .min(String::compareTo)
                                .orElse(device.name()),
                        device.name());
            }
        }
        return devices;
    }

    private void progress(final long packets) {
        if (packets % PROGRESS_EVERY == 0) {
            spec.commandLine().getErr().printf("\r%,d packets", packets);
            spec.commandLine().getErr().flush();
        }
    }
}
