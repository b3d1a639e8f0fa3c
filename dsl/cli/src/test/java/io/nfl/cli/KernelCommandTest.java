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
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code nfl test --kernel} as users see it. */
@Tag("kernel")
class KernelCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path directory = Path.of("");

    @BeforeEach
    void write() throws IOException {
        Files.writeString(directory.resolve("policy.nfl"), """
                families ipv4
                interface lan = eth1 { address 192.168.1.1/24 }
                filter input policy drop { accept in lan tcp dport ssh as "ssh" }
                test "ssh is open" { send in lan tcp syn from 192.168.1.2:1 to lan.address:22 expect deliver by "ssh" }
                test "all else is not" { send in lan udp from 192.168.1.2:1 to lan.address:1 expect drop by policy }
                """);
    }

    private int nfl(String... arguments) {
        List<String> all = new ArrayList<>(List.of("test", "--kernel"));
        all.addAll(List.of(arguments));
        all.add(directory.toString());
        return Main.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(all.toArray(String[]::new));
    }

    @Test
    void tellsBothBackEnds() {
        assertThat(nfl()).as("%s%s", out, err).isZero();
        assertThat(out.toString()).contains("2 passed").endsWith("; kernel: legacy 2 of 2, nft 2 of 2\n");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void tellsTheOneThatIsAskedFor() {
        assertThat(nfl("--backend", "nft", "--verbose")).as("%s%s", out, err).isZero();
        assertThat(out.toString()).contains("ssh is open (kernel, nft)").doesNotContain("legacy");
    }

    @Test
    void tellsMachinesWhatTheKernelSaid() {
        assertThat(nfl("--format", "json")).as("%s%s", out, err).isZero();
        JsonObject report = JsonParser.parseString(out.toString()).getAsJsonObject();
        JsonArray tests =
                report.getAsJsonArray("policies").get(0).getAsJsonObject().getAsJsonArray("tests");
        assertThat(tests).hasSize(2);
        for (JsonElement test : tests) {
            JsonArray kernel = test.getAsJsonObject().getAsJsonArray("kernel");
            assertThat(kernel.asList().stream()
                            .map(each -> each.getAsJsonObject().get("backend").getAsString() + " "
                                    + each.getAsJsonObject().get("passed")))
                    .containsExactly("legacy true", "nft true");
        }
    }

    @Test
    void tellsBuildServersATestForEachBackEnd() {
        assertThat(nfl("--format", "junit")).as("%s%s", out, err).isZero();
        assertThat(out.toString())
                .contains("tests=\"6\" failures=\"0\"")
                .contains("name=\"ssh is open (kernel, legacy)\"")
                .contains("name=\"ssh is open (kernel, nft)\"");
    }
}
