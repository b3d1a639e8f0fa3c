// SPDX-License-Identifier: Apache-2.0
package io.nfl.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.nfl.compiler.LoadedPolicy.Execution;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random policies and conversations ({@code generate.py}) on the running kernel and in the engine, with rules walked by
 * either. The seed is the day's; {@code -Dnfl.seed} takes another. Failures are shrunk into {@code target/fidelity}.
 */
@Tag("kernel")
class RandomScenariosTest {
    private static final int SCENARIOS = 250;
    private static final int MINUTES = 10;

    private static long seed(Execution execution) {
        final Long given = Long.getLong("nfl.seed");
        return given != null ? given : LocalDate.now().toEpochDay() * 1_000 + execution.ordinal() * SCENARIOS;
    }

    @ParameterizedTest
    @EnumSource(Execution.class)
    @DisplayName("random scenarios end in the engine as in the kernel, bytes, rules, connections and counters")
    void sameAsTheKernel(Execution execution) throws IOException, InterruptedException {
        final long seed = seed(execution);
        final Path kernel = KernelOracle.FOLDER;
        final Path failures =
                Path.of("target", "fidelity", execution.toString()).toAbsolutePath();
        Files.createDirectories(failures);
        final Path report = failures.resolve("report.txt");
        final String java =
                Path.of(System.getProperty("java.home"), "bin", "java").toString();
        final String simulator = String.format(
                Locale.ROOT,
                "%s -cp '%s' io.nfl.cli.Main simulate --serve --execution %s",
                java,
                System.getProperty("java.class.path"),
                execution);
        final Process process = new ProcessBuilder(List.of(
                        "python3",
                        kernel.resolve("fidelity.py").toString(),
                        "--sim",
                        simulator,
                        "--generator",
                        kernel.resolve("generate.py").toString(),
                        "--random",
                        Integer.toString(SCENARIOS),
                        "--seed",
                        Long.toString(seed),
                        "--workers",
                        "2",
                        "--level",
                        "full",
                        "--shrink",
                        "3",
                        "--coverage",
                        "--out",
                        failures.toString()))
                .redirectErrorStream(true)
                .redirectOutput(report.toFile())
                .start();
        process.getOutputStream().close();
        final boolean ended = process.waitFor(MINUTES, TimeUnit.MINUTES);
        if (!ended) {
            process.destroyForcibly();
        }
        final String said = Files.readString(report, StandardCharsets.UTF_8);
        System.out.println(said);
        assertThat(ended).as("it ends").isTrue();
        assertThat(process.exitValue())
                .as("seed %d (repeat it with -Dnfl.seed=%d); shrunk cases are in %s", seed, seed, failures)
                .isZero();
        assertThat(said).contains(SCENARIOS + " scenarios, ").contains(" disagree 0, ");
    }
}
