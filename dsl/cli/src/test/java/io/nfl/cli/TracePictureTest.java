// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

class TracePictureTest {
    private static final String POLICY = """
            families ipv4
            interface wan = eth0 { address 203.0.113.2/24 }
            filter input policy drop {
              log "a <b> & 'c' \u00fc" tcp dport ssh
            }
            """;

    @TempDir
    Path directory = Path.of("");

    @Test
    void aPictureIsWellFormedWhateverARuleSaysAndLeavesNothingBeside() throws Exception {
        final Path policy = Files.writeString(directory.resolve("policy.nfl"), POLICY);
        final Path picture = directory.resolve("way.svg");
        final int status = Main.commandLine()
                .setOut(new PrintWriter(new StringWriter()))
                .setErr(new PrintWriter(new StringWriter()))
                .execute(
                        "trace",
                        "--svg",
                        picture.toString(),
                        policy.toString(),
                        "in wan tcp syn from 198.51.100.7:40000 to wan.address:22");
        assertThat(status).isZero();
        final Element root = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(picture.toFile())
                .getDocumentElement();
        assertThat(root.getTagName()).isEqualTo("svg");
        assertThat(root.getTextContent()).contains("log \"a <b> & 'c' \u00fc\" tcp dport ssh", "policy drop");
        assertThat(Files.readString(picture, StandardCharsets.UTF_8)).contains("&lt;b&gt; &amp;");
        try (var files = Files.list(directory)) {
            assertThat(files).containsExactlyInAnyOrder(policy, picture);
        }
    }
}
