// SPDX-License-Identifier: Apache-2.0
package io.nfl.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.nfl.compiler.Compilation;
import io.nfl.compiler.NflCompiler;
import io.nfl.iptables.Scripts;
import io.nfl.lang.Source;
import io.nfl.lang.SourceFinder;
import io.nfl.samples.Namespaces.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** No text of a policy leaves its field in a script: neither the shell nor iptables-restore takes it for its own. */
@Tag("kernel")
class HostileTextTest {
    private static final String FILE = "/tmp/a$(touch q) ' \" `touch r` ;\n-A INPUT -j DROP\nCOMMIT.nfl";

    /** One rule drops; all other text that looks like rules, commands or quotes stays text. */
    private static final String POLICY = """
            policy edge
            interface wan = eth0 { address 203.0.113.2/24 }
            forwarding on
            families ipv4
            # $(touch comment) `touch comment`
            filter input {
              log "a\\"b'c$(touch x)" as "x\\" -j DROP `touch y` $(touch z) \\\\ % ü"
              log "-j DROP" as "--comment"
              log "COMMIT" as "*filter"
              log "# ;|&<>(){}[]*?~!" as "# comment"
              log "trailing\\\\" as "trailing \\\\"
              log "%s%n\\\\n-A INPUT" as "a\\\\nb SEPARATOR c"
              drop in wan tcp dport 7 as "a'b"
            }
            test "t' $(touch t)" { send in wan tcp syn from 203.0.113.9:1 to wan.address:7 expect drop by "a'b" }
            """.replace("SEPARATOR", "\u2028");

    /** How lines of the kernel's log begin: the words of the policy; a backslash takes what follows as it is. */
    private static final List<String> PREFIXES =
            List.of("a\"b'c$(touch x)", "-j DROP", "COMMIT", "# ;|&<>(){}[]*?~!", "trailing\\", "%s%n\\n-A INPUT");

    /** The names of the rules; control characters and separators of lines have become spaces. */
    private static final List<String> NAMES = List.of(
            "x\" -j DROP `touch y` $(touch z) \\ % ü",
            "--comment", "*filter", "# comment", "trailing \\", "a\\nb   c", "a'b");

    @TempDir
    Path folder = Path.of("");

    @ParameterizedTest
    @CsvSource({"legacy, false", "legacy, true", "nft, false", "nft, true"})
    @DisplayName("quotes, newlines, options and commands in names stay text")
    void staysText(String backEnd, boolean annotate) throws IOException, InterruptedException {
        final Compilation compilation = NflCompiler.compile(new Source(FILE, POLICY), SourceFinder.NONE);
        assertThat(compilation.hasErrors())
                .as(compilation.diagnostics()::toString)
                .isFalse();
        final Map<String, String> scripts = Scripts.of(compilation.policy().orElseThrow(), annotate);
        Samples.write(scripts, folder);
        final List<String> before = files();
        final String script =
                Samples.ROOT.resolve("samples/oracle/kernel/load_twice.sh").toString();
        final Ended ended = Namespaces.inNamespace(folder, "bash", script, folder.toString(), backEnd);
        assertThat(ended).isEqualTo(new Ended(0, ""));
        assertThat(files()).isEqualTo(before);
        final List<String> rules = scripts.get(Scripts.RULES_V4)
                .lines()
                .filter(line -> line.startsWith("-A "))
                .toList();
        assertThat(rules).hasSize(7);
        assertThat(words(rules, "--log-prefix")).isEqualTo(PREFIXES);
        final List<String> comments = words(rules, "--comment");
        assertThat(comments).hasSize(annotate ? NAMES.size() : 0);
        for (int i = 0; i < comments.size(); i++) {
            assertThat(comments.get(i)).startsWith("/tmp/a$(touch q) ' \" `touch r` ; -A INPUT -j DROP COMMIT.nfl:");
            assertThat(comments.get(i)).endsWith(" " + NAMES.get(i));
        }
        assertThat(rules.stream().filter(line -> line.endsWith(" -j DROP"))).hasSize(1);
    }

    /** What stands behind an option, word by word as iptables-restore reads it: the kernel has told the same lines. */
    private static List<String> words(List<String> rules, String option) {
        final Pattern word = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"|(\\S+)");
        final List<String> found = new ArrayList<>();
        for (final String rule : rules) {
            String before = "";
            for (final MatchResult match : word.matcher(rule).results().toList()) {
                final boolean quoted = match.group(1) != null;
                if (before.equals(option)) {
                    found.add(quoted ? match.group(1).replaceAll("\\\\(.)", "$1") : match.group(2));
                }
                before = quoted ? "" : match.group(2);
            }
        }
        return found;
    }

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
