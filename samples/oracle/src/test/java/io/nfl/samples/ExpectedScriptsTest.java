// SPDX-License-Identifier: Apache-2.0
package io.nfl.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What each sample compiles to stands beside it in {@code expected}; {@code -Dnfl.update} rewrites it. */
class ExpectedScriptsTest {
    static List<String> names() throws IOException {
        return Samples.names();
    }

    @Test
    @DisplayName("all nine samples are there")
    void allSamples() throws IOException {
        assertThat(names())
                .contains(
                        "bastion",
                        "dmz",
                        "dual-wan",
                        "guest-network",
                        "home-gateway",
                        "host-firewall",
                        "multi-homed",
                        "ssh-ratelimit",
                        "vpn-killswitch");
    }

    @ParameterizedTest
    @MethodSource("names")
    @DisplayName("a sample compiles to the scripts that stand beside it, file by file")
    void scriptsAreAsExpected(String sample) throws IOException {
        final Path folder = Samples.ROOT.resolve("samples").resolve(sample).resolve("expected");
        final Map<String, String> scripts = new TreeMap<>(Samples.scripts(sample));
        if (System.getProperty("nfl.update") != null) {
            rewrite(folder, scripts);
        }
        assertThat(read(folder)).isEqualTo(scripts);
    }

    private static void rewrite(Path folder, Map<String, String> scripts) throws IOException {
        Files.createDirectories(folder);
        for (final String old : read(folder).keySet()) {
            Files.delete(folder.resolve(old));
        }
        Samples.write(scripts, folder);
    }

    private static Map<String, String> read(Path folder) throws IOException {
        final Map<String, String> texts = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (final Path file : files.toList()) {
                texts.put(file.getFileName().toString(), Files.readString(file));
            }
        }
        return texts;
    }
}
