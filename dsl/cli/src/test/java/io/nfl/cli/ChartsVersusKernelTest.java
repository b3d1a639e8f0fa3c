// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The traces of {@code docs/charts-versus-kernel.md} and the picture beside it are what the command says today;
 * {@code -Dnfl.update} writes them anew.
 */
class ChartsVersusKernelTest {
    private static final Path ROOT = Path.of("../..");
    private static final Path PAGE = ROOT.resolve("docs/charts-versus-kernel.md");
    private static final Path PICTURE = ROOT.resolve("docs/trace.svg");
    private static final Pattern CONSOLE = Pattern.compile("```console\n\\$ nfl ([^\n]*)\n(.*?)```", Pattern.DOTALL);
    private static final Pattern ARGUMENT = Pattern.compile("'[^']*'|\\S+");

    @TempDir
    Path directory = Path.of("");

    @Test
    void everyTraceOfThePageIsWhatTheCommandSays() throws IOException {
        final String page = Files.readString(PAGE);
        final StringBuilder made = new StringBuilder();
        int end = 0;
        for (final MatchResult block : CONSOLE.matcher(page).results().toList()) {
            final String said = run(arguments(block.group(1)));
            made.append(page, end, block.start())
                    .append("```console\n$ nfl ")
                    .append(block.group(1))
                    .append('\n')
                    .append(said)
                    .append("```");
            end = block.end();
        }
        made.append(page.substring(end));
        if (System.getProperty("nfl.update") != null) {
            Files.writeString(PAGE, made);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(made.toString());
    }

    @Test
    void thePictureIsWhatTheCommandDraws() throws IOException {
        final String drawn = run(
                "trace",
                "--svg",
                "-",
                ROOT.resolve("samples/home-gateway").toString(),
                "in lan tcp syn from 192.168.1.77:40000 to wan.address:8080");
        if (System.getProperty("nfl.update") != null) {
            Files.writeString(PICTURE, drawn);
        }
        assertThat(Files.readString(PICTURE)).isEqualTo(drawn);
    }

    /** Files of the page lie in a directory of their own: recordings in their parts, and policies. */
    private String[] arguments(final String line) throws IOException {
        final String[] arguments =
                ARGUMENT.matcher(line).results().map(MatchResult::group).toArray(String[]::new);
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i].startsWith("'")) {
                arguments[i] = arguments[i].replace("'", "");
            } else if (arguments[i].matches(".*\\.(rules|host|nfl)")) {
                arguments[i] = file(arguments[i]).toString();
            }
        }
        return arguments;
    }

    private Path file(final String name) throws IOException {
        final String text;
        if (name.endsWith(".nfl")) {
            text = Files.readString(ROOT.resolve("samples/oracle/policies").resolve(name));
        } else {
            final String recording = name.substring(0, name.lastIndexOf('.')) + ".json";
            final JsonObject scenario = JsonParser.parseString(Files.readString(
                            ROOT.resolve("samples/oracle/kernel/recorded").resolve(recording)))
                    .getAsJsonObject()
                    .getAsJsonObject("scenario");
            text = name.endsWith(".rules") ? scenario.get("iptables").getAsString() : host(scenario);
        }
        return Files.writeString(directory.resolve(name), text);
    }

    private static String host(final JsonObject scenario) {
        final StringBuilder lines = new StringBuilder();
        for (final JsonElement each : scenario.getAsJsonArray("interfaces")) {
            final JsonObject device = each.getAsJsonObject();
            for (final JsonElement address : device.getAsJsonArray("addresses")) {
                lines.append("ip address add ")
                        .append(address.getAsString())
                        .append(" dev ")
                        .append(device.get("name").getAsString())
                        .append('\n');
            }
        }
        final JsonArray commands = scenario.getAsJsonArray("ip");
        commands.forEach(line -> lines.append("ip ").append(line.getAsString()).append('\n'));
        return lines.toString();
    }

    private String run(final String... arguments) {
        final StringWriter out = new StringWriter();
        final StringWriter err = new StringWriter();
        final int status = Main.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
        assertThat(status).as(Arrays.toString(arguments) + err).isZero();
        return out.toString().replace(directory + "/", "");
    }
}
