// SPDX-License-Identifier: Apache-2.0
package io.nfl.oracle.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.nfl.cli.simulate.Simulation;
import io.nfl.compiler.LoadedPolicy.Execution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The engine does what the kernel did, event by event: bytes, verdicts, rules, connections, counters. */
class ReplayTest {
    private static final Path RECORDED = Path.of("kernel", "recorded");
    /** What random scenarios have found; each was a disagreement once. */
    private static final Path FOUND = Path.of("kernel", "found");

    private static List<Path> recordings(final Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        }
    }

    static List<Arguments> recordingsByExecution() throws IOException {
        return Stream.concat(recordings(RECORDED).stream(), recordings(FOUND).stream())
                .flatMap(file -> Stream.of(Execution.values()).map(execution -> Arguments.of(file, execution)))
                .toList();
    }

    private static JsonObject read(final Path file) throws IOException {
        return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    }

    private static List<String> differences(
            final JsonObject recording, final JsonObject kernel, final Execution execution) {
        final JsonObject scenario = recording.getAsJsonObject("scenario");
        final KernelChoices choices = new KernelChoices(scenario, kernel);
        return OutcomeComparison.of(scenario, kernel, Simulation.run(scenario, execution, choices, choices::before));
    }

    /** The kernel draws the hash of a multipath route at boot: only that every packet finds a way can be said. */
    private static boolean isDrawn(final JsonObject recording) {
        return recording.getAsJsonObject("scenario").get("ip").toString().split("nexthop").length > 2;
    }

    @ParameterizedTest
    @MethodSource("recordingsByExecution")
    @DisplayName("a recorded scenario ends as it did in the kernel")
    void replay(final Path file, final Execution execution) throws IOException {
        final JsonObject recording = read(file);
        final JsonObject kernel = recording.getAsJsonObject("outcome").getAsJsonObject("legacy");
        final List<String> differences = differences(recording, kernel, execution);
        if (isDrawn(recording)) {
            assertThat(differences).allMatch(line -> line.contains("device") || line.contains("bytes"));
        } else {
            assertThat(differences).isEmpty();
        }
    }

    @Test
    @DisplayName("all 69 recordings are there")
    void allRecordings() throws IOException {
        assertThat(recordings(RECORDED)).hasSize(69);
    }

    @Test
    @DisplayName("the comparison sees a changed byte, mark, rule, verdict and counter")
    void seesDifferences() throws IOException {
        final JsonObject recording = read(RECORDED.resolve("11_fwmark_prerouting.json"));
        final String kernel =
                recording.getAsJsonObject("outcome").getAsJsonObject("legacy").toString();
        for (final String[] change : new String[][] {
            {"\"mark\":1", "\"mark\":2"},
            {"\"forwarded\"", "\"lost\""},
            {"policy:", "rule:"},
            {"[5:", "[6:"},
            {"4500", "4501"}
        }) {
            assertThat(kernel).contains(change[0]);
            final JsonObject changed =
                    JsonParser.parseString(kernel.replace(change[0], change[1])).getAsJsonObject();
            assertThat(differences(recording, changed, Execution.EVALUATOR))
                    .as(change[1])
                    .isNotEmpty();
        }
    }
}
