// SPDX-License-Identifier: Apache-2.0
package io.nfl.oracle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The kernel of this machine does what the recorded kernel did: the oracle can be trusted here, and so can the
 * recordings that are replayed where no kernel can be asked. With {@code -Dnfl.kernel=required} a machine that cannot
 * is a failure.
 */
@Tag("kernel")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RecordedScenariosTest {

    private final Map<String, KernelOracle> oracles = new HashMap<>();

    @TempDir
    Path scratch;

    @BeforeAll
    void askWhetherTheKernelCanBeAsked() throws IOException, InterruptedException {
        Optional<String> lack = KernelOracle.lack();
        if (lack.isPresent()) {
            String message = "the kernel cannot be asked: " + lack.get();
            if (System.getProperty("nfl.kernel", "auto").equals("required")) {
                fail(message);
            }
            abort(message);
        }
        for (String backEnd : List.of("legacy", "nft")) {
            oracles.put(backEnd, KernelOracle.start());
        }
    }

    @AfterAll
    void close() throws IOException {
        for (KernelOracle oracle : oracles.values()) {
            oracle.close();
        }
    }

    @TestFactory
    List<DynamicTest> theKernelHereAgreesWithTheRecordedOne() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        try (var files = Files.list(KernelOracle.FOLDER.resolve("recorded"))) {
            for (Path file : files.sorted().toList()) {
                for (String backEnd : List.of("legacy", "nft")) {
                    tests.add(dynamicTest(file.getFileName() + " on " + backEnd, () -> agrees(file, backEnd)));
                }
            }
        }
        assertThat(tests).hasSizeGreaterThan(100);
        return tests;
    }

    private void agrees(Path file, String backEnd) throws IOException, InterruptedException {
        JsonObject recorded = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
        JsonObject scenario = recorded.getAsJsonObject("scenario");
        scenario.addProperty("backend", backEnd);
        JsonObject now = oracle(backEnd).ask(scenario);
        assertThat(now.has("error")).as("%s", now.get("error")).isFalse();
        Path scenarioFile = write("scenario.json", scenario);
        Path before = write("recorded.json", recorded.getAsJsonObject("outcome").getAsJsonObject(backEnd));
        Path after = write("now.json", now);
        Process compare = new ProcessBuilder(
                        "python3",
                        "-B",
                        KernelOracle.TOOLS.resolve("compare.py").toString(),
                        scenarioFile.toString(),
                        before.toString(),
                        after.toString())
                .redirectErrorStream(true)
                .start();
        String differences = new String(compare.getInputStream().readAllBytes(), UTF_8);
        assertThat(compare.waitFor()).as(differences).isZero();
    }

    private KernelOracle oracle(String backEnd) {
        KernelOracle oracle = oracles.get(backEnd);
        if (oracle == null) {
            throw new IllegalStateException("no oracle for " + backEnd);
        }
        return oracle;
    }

    private Path write(String name, JsonObject content) throws IOException {
        return Files.writeString(scratch.resolve(name), content.toString());
    }
}
