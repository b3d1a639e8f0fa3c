// SPDX-License-Identifier: Apache-2.0
package io.nfl.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.nfl.iptables.Scripts;
import io.nfl.samples.Namespaces.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
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

    @Test
    @DisplayName("load.sh stops at the first failure and says what was not loaded")
    void stopsAtTheFirstFailure() throws IOException, InterruptedException {
        Samples.write(Samples.scripts("home-gateway"), folder);
        final Path rules = folder.resolve(Scripts.RULES_V4);
        Files.writeString(rules, Files.readString(rules).replace("-j MASQUERADE", "-j NOWHERE"));
        final Ended ended = Namespaces.inNamespace(
                folder, "sh", "-c", "./load.sh; echo status $?; ip route; sysctl -n net.ipv4.ip_forward");
        assertThat(ended.output())
                .contains("load.sh: rules.v4 was not loaded; what stands after it was not tried")
                .endsWith("status 1\n0\n");
    }

    @Test
    @DisplayName("load.sh --check says where the host differs and loads nothing")
    void checkTellsDifferences() throws IOException, InterruptedException {
        Samples.write(Samples.scripts("home-gateway"), folder);
        final Ended ended =
                Namespaces.inNamespace(folder, "sh", "-c", "./load.sh --check; echo status $?; iptables-legacy-save");
        assertThat(ended.output()).isEqualTo("""
                        device eth0 is declared, and not on this host
                        address 203.0.113.2/24 is declared on eth0, and not there on this host
                        device eth1 is declared, and not on this host
                        address 192.168.1.1/24 is declared on eth1, and not there on this host
                        status 1
                        """);
    }
}
