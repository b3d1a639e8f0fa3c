// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli.simulate;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.nfl.cli.ExitStatus;
import io.nfl.compiler.LoadedPolicy.Execution;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;

/** {@code nfl simulate}. */
@CommandLine.Command(
        name = "simulate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Takes packets through a host in the JVM and tells what happens to them.",
            "",
            "A scenario is a JSON object: interfaces, addresses, routes and rules (lines of ip), sysctls, rule sets as"
                    + " iptables-save prints them, and events (packets that come in, datagrams that are sent, time that"
                    + " passes). The outcome tells for each event the flows with verdict, bytes, mark, conntrack state"
                    + " and every rule that matched, the connections, and at the end the counters.",
            "",
            "What is not supported is answered with {\"error\": ..., \"unsupported\": [...]}, never with a guess.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  nfl simulate scenario.json",
            "  nfl simulate --execution bytecode scenario.json",
            "  cat scenario.json | nfl simulate -",
            "  nfl simulate --serve        a scenario a line in, an outcome a line out"
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:every scenario was run",
            "1:a scenario was refused",
            "2:the command line is wrong",
            "66:a scenario file cannot be read",
            "74:input or output failed"
        })
public final class SimulateCommand implements Callable<Integer> {
    private static final Gson COMPACT = new GsonBuilder().disableHtmlEscaping().create();
    private static final Gson PRETTY =
            new GsonBuilder().disableHtmlEscaping().setPrettyPrinting().create();

    @CommandLine.Option(
            names = "--serve",
            description = "Read a scenario from each line of standard input, write its outcome in a line.")
    private boolean serve;

    @CommandLine.Option(
            names = "--execution",
            paramLabel = "HOW",
            description = "Who walks the rules: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}). Both agree.")
    private Execution execution = Execution.EVALUATOR;

    @CommandLine.Parameters(
            paramLabel = "FILE",
            arity = "0..*",
            description = "Scenario files: one scenario, a list of them, or {\"scenario\": ...}; - is standard input.")
    private List<String> files = List.of();

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    private final InputStream in;

    public SimulateCommand() {
        this(System.in);
    }

    @SuppressWarnings("NullAway") // picocli sets the annotated fields
    SimulateCommand(final InputStream in) {
        this.in = in;
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }

    @Override
    public Integer call() {
        if (serve == !files.isEmpty()) {
            err().println("nfl simulate: "
                    + (serve ? "--serve takes no files" : "no scenario file; see nfl simulate --help"));
            return ExitStatus.USAGE;
        }
        try {
            return serve ? serve() : all();
        } catch (final IOException e) {
            err().println("nfl simulate: " + e.getMessage());
            return ExitStatus.INPUT_OUTPUT;
        }
    }

    private int serve() throws IOException {
        final BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        String line = lines.readLine();
        while (line != null) {
            if (!line.isBlank()) {
                out().println(COMPACT.toJson(answer(line)));
                out().flush();
            }
            line = lines.readLine();
        }
        return ExitStatus.FINE;
    }

    private JsonObject answer(final String line) {
        try {
            final JsonElement scenario = JsonParser.parseString(line);
            if (scenario.isJsonObject()) {
                return Simulation.run(scenario.getAsJsonObject(), execution);
            }
            return error("a scenario is a JSON object");
        } catch (final JsonParseException e) {
            return error("not JSON: " + e.getMessage());
        }
    }

    private static JsonObject error(final String message) {
        final JsonObject json = new JsonObject();
        json.addProperty("error", message);
        return json;
    }

    private int all() throws IOException {
        int status = ExitStatus.FINE;
        for (final String file : files) {
            final String text;
            try {
                text = file.equals("-")
                        ? new String(in.readAllBytes(), StandardCharsets.UTF_8)
                        : Files.readString(Path.of(file));
            } catch (final NoSuchFileException e) {
                err().println("nfl simulate: no file " + file);
                return ExitStatus.NO_INPUT;
            }
            status = Math.max(status, file(text));
        }
        return status;
    }

    private int file(final String text) {
        final JsonElement parsed;
        try {
            parsed = JsonParser.parseString(text);
        } catch (final JsonParseException e) {
            return print(error("not JSON: " + e.getMessage()));
        }
        if (!parsed.isJsonArray()) {
            return print(
                    parsed.isJsonObject() ? Simulation.run(parsed.getAsJsonObject(), execution) : error("no scenario"));
        }
        int status = ExitStatus.FINE;
        for (final JsonElement one : parsed.getAsJsonArray()) {
            status = Math.max(
                    status,
                    print(
                            one.isJsonObject()
                                    ? Simulation.run(one.getAsJsonObject(), execution)
                                    : error("no scenario")));
        }
        return status;
    }

    private int print(final JsonObject outcome) {
        out().println(PRETTY.toJson(outcome));
        out().flush();
        return outcome.has("error") ? ExitStatus.FINDINGS : ExitStatus.FINE;
    }
}
