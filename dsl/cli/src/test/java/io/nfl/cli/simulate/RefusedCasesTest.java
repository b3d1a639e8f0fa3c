// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.nfl.compiler.LoadedPolicy.Execution;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What docs/refused.md says: the blocks of {@code refused.cases}. Each line that is set in is a scenario of its own:
 * {@code rule TABLE RULE}, {@code rule6 TABLE RULE}, {@code ip COMMAND}, {@code sysctl NAME VALUE}, {@code event JSON}
 * or {@code field JSON}; the lines below it that begin with {@code |} are what {@code unsupported} says of it. {@code
 * -Dnfl.update} writes these lines anew.
 */
class RefusedCasesTest {
    private static final Path CASES =
            Path.of("src", "test", "resources", "io", "nfl", "cli", "simulate", "refused.cases");

    private static final String HOST = "{\"name\":\"x\",\"events\":[],\"interfaces\":["
            + "{\"name\":\"eth0\",\"addresses\":[\"203.0.113.2/24\"]},"
            + "{\"name\":\"eth1\",\"addresses\":[\"192.168.1.1/24\"]}]}";

    @TestFactory
    Stream<DynamicTest> saysByNameWhatItRefuses() throws IOException {
        final List<List<String>> blocks = blocks();
        if (System.getProperty("nfl.update") != null) {
            final List<String> all = blocks.stream()
                    .map(block -> String.join("\n", answered(block)))
                    .toList();
            Files.writeString(CASES, String.join("\n\n", all) + "\n", StandardCharsets.UTF_8);
        }
        return blocks().stream()
                .map(block -> DynamicTest.dynamicTest(
                        block.get(0), () -> assertThat(answered(block)).isEqualTo(block)));
    }

    private static List<List<String>> blocks() throws IOException {
        return Stream.of(Files.readString(CASES, StandardCharsets.UTF_8).strip().split("\n\n+"))
                .map(block -> List.of(block.split("\n")))
                .toList();
    }

    private static List<String> answered(final List<String> block) {
        final List<String> out = new ArrayList<>();
        for (final String line : block) {
            if (line.startsWith("|")) {
                continue;
            }
            out.add(line);
            if (line.startsWith("  ")) {
                answers(scenario(line.strip())).forEach(answer -> out.add("| " + answer));
            }
        }
        return out;
    }

    private static List<String> answers(final JsonObject scenario) {
        final JsonObject answer = Simulation.run(scenario, Execution.EVALUATOR);
        if (!answer.has("error")) {
            return List.of("taken");
        }
        if (!answer.has("unsupported")) {
            return List.of("error: " + answer.get("error").getAsString());
        }
        final List<String> told = new ArrayList<>();
        for (final JsonElement one : answer.getAsJsonArray("unsupported")) {
            told.add(one.getAsString());
        }
        return told;
    }

    private static JsonObject scenario(final String line) {
        final String[] words = line.split(" ", 2);
        final JsonObject scenario = JsonParser.parseString(HOST).getAsJsonObject();
        switch (words[0]) {
            case "rule" -> scenario.addProperty("iptables", table(words[1]));
            case "rule6" -> scenario.addProperty("ip6tables", table(words[1]));
            case "ip" -> {
                final JsonArray commands = new JsonArray();
                Stream.of(words[1].split("; ")).forEach(commands::add);
                scenario.add("ip", commands);
            }
            case "sysctl" -> {
                final JsonObject sysctls = new JsonObject();
                sysctls.addProperty(words[1].split(" ")[0], words[1].split(" ")[1]);
                scenario.add("sysctls", sysctls);
            }
            case "event" -> scenario.getAsJsonArray("events").add(JsonParser.parseString(words[1]));
            case "field" ->
                JsonParser.parseString(words[1])
                        .getAsJsonObject()
                        .entrySet()
                        .forEach(entry -> scenario.add(entry.getKey(), entry.getValue()));
            default -> throw new IllegalArgumentException(line);
        }
        return scenario;
    }

    private static String table(final String text) {
        final String[] words = text.split(" ", 2);
        return "*" + words[0] + "\n" + words[1] + "\nCOMMIT\n";
    }
}
