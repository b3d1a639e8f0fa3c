// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompileCommandTest {
    private static final String GOOD = """
            interface wan = eth0 { address 203.0.113.2/24 }
            routes { default via 203.0.113.1 dev wan }
            filter input policy drop { accept ct established, related accept in wan tcp dport ssh }
            """;

    @TempDir
    Path folder = Path.of("");

    private final StringWriter err = new StringWriter();

    private int compile(String policy, String folderName) throws IOException {
        final Path file = Files.writeString(folder.resolve("edge.nfl"), policy);
        return Main.commandLine()
                .setOut(new PrintWriter(new StringWriter()))
                .setErr(new PrintWriter(err, true))
                .execute(
                        "compile",
                        file.toString(),
                        "-o",
                        folder.resolve(folderName).toString());
    }

    @Test
    void thePolicyJarIsTheSameByteForByte() throws IOException {
        assertThat(compile(GOOD, "one")).isZero();
        assertThat(compile(GOOD, "two")).isZero();
        assertThat(folder.resolve("one/policy.jar")).hasSameBinaryContentAs(folder.resolve("two/policy.jar"));
    }

    @Test
    void anOldPolicyJarIsNeverLeftBesideNewScripts() throws IOException {
        assertThat(compile(GOOD, "out")).isZero();
        assertThat(folder.resolve("out/policy.jar")).exists();

        // in place of the connected route: the engine does not guess which of them holds
        final int status = compile(GOOD.replace("dev wan }", "dev wan\n 203.0.113.0/24 dev wan }"), "out");

        assertThat(status).isZero();
        assertThat(err.toString()).contains("warning[engine/without-jar]");
        assertThat(folder.resolve("out/rules.v4")).exists();
        assertThat(folder.resolve("out/policy.jar")).doesNotExist();
    }

    @Test
    void whatCannotBeWrittenWholeLeavesWhatWasThere() throws IOException {
        assertThat(compile(GOOD, "out")).isZero();
        final byte[] rules = Files.readAllBytes(folder.resolve("out/rules.v4"));
        final byte[] jar = Files.readAllBytes(folder.resolve("out/policy.jar"));
        // the last one of all cannot be written
        Files.createDirectories(folder.resolve("out/.sysctl.conf.new/in the way"));

        assertThat(compile(GOOD + "filter input { drop }\noption tcp-loose off\n", "out"))
                .isEqualTo(74);

        assertThat(err.toString()).contains("nfl: cannot write to ");
        assertThat(folder.resolve("out/rules.v4")).hasBinaryContent(rules);
        assertThat(folder.resolve("out/policy.jar")).hasBinaryContent(jar);
        assertThat(folder.resolve("out/.rules.v4.new")).doesNotExist();
    }
}
