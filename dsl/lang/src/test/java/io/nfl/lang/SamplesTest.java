// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang;

import static org.assertj.core.api.Assertions.assertThat;

import io.nfl.lang.lower.Lowering;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The sample policies are read and lowered without a word. */
class SamplesTest {
    @TestFactory
    Stream<DynamicTest> samplesAreReadAndLowered() throws IOException {
        final Path samples = Path.of(Objects.requireNonNull(System.getProperty("nfl.root")), "samples");
        try (Stream<Path> each = Files.list(samples)) {
            return each.map(sample -> sample.resolve("policy.nfl")).filter(Files::exists).sorted().toList().stream()
                    .map(policy ->
                            DynamicTest.dynamicTest(samples.relativize(policy).toString(), () -> lower(policy)));
        }
    }

    private static void lower(final Path policy) throws IOException {
        final var reading =
                PolicyReader.read(new Source(policy.toString(), Files.readString(policy)), SourceFinder.NONE);
        assertThat(reading.diagnostics()).isEmpty();
        assertThat(Lowering.lower(reading, "sample").diagnostics()).isEmpty();
    }
}
