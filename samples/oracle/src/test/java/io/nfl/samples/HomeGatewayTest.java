// SPDX-License-Identifier: Apache-2.0
package io.nfl.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.nfl.samples.Namespaces.Ended;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code samples/home-gateway/demo.sh}: the policy's scripts between real hosts, with curl, ping and traceroute. */
@Tag("kernel")
class HomeGatewayTest {
    private static final int CHECKS = 23;

    @TempDir
    Path folder = Path.of("");

    @ParameterizedTest
    @ValueSource(strings = {"legacy", "nft"})
    @DisplayName("servers are reached from everywhere, the world from the lan, and what must be refused is")
    void demo(String backEnd) throws IOException, InterruptedException {
        Samples.write(Samples.scripts("home-gateway"), folder);
        final String demo = Samples.ROOT.resolve("samples/home-gateway/demo.sh").toString();
        final Ended ended = Namespaces.run(folder, "bash", demo, folder.toString(), backEnd);
        assertThat(ended.output().lines()).hasSize(CHECKS).allMatch(line -> line.startsWith("ok    "));
        assertThat(ended.status()).isZero();
    }
}
