// SPDX-License-Identifier: Apache-2.0
package io.nfl.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.nfl.samples.Namespaces.Ended;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The kernel takes the scripts of every sample, with both back ends, and a second load changes nothing. */
@Tag("kernel")
class LoadTest {
    @TempDir
    Path folder = Path.of("");

    static List<Arguments> samplesByBackEnd() throws IOException {
        return Samples.names().stream()
                .flatMap(sample -> Stream.of("legacy", "nft").map(backEnd -> Arguments.of(sample, backEnd)))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("samplesByBackEnd")
    @DisplayName("a sample loads twice to the same, and is told by iptables-save as it was written")
    void loadsTwice(String sample, String backEnd) throws IOException, InterruptedException {
        Samples.write(Samples.scripts(sample), folder);
        final String script =
                Samples.ROOT.resolve("samples/oracle/kernel/load_twice.sh").toString();
        final Ended ended = Namespaces.inNamespace(folder, "bash", script, folder.toString(), backEnd);
        assertThat(ended).isEqualTo(new Ended(0, ""));
    }
}
