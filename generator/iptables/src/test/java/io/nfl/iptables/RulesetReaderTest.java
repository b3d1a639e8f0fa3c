// SPDX-License-Identifier: Apache-2.0
package io.nfl.iptables;

import static org.assertj.core.api.Assertions.assertThat;

import io.nfl.api.net.Family;
import io.nfl.diag.Result;
import io.nfl.ir.Ruleset;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

final class RulesetReaderTest {
    private static final String REFUSED = "!";

    @TestFactory
    Stream<DynamicTest> rulesAreReadAndWrittenAsIptablesSaveDoes() throws IOException {
        return cases().filter(line -> !line.startsWith("#"))
                .map(line -> DynamicTest.dynamicTest(line, () -> check(line.split("\t", -1))));
    }

    private static void check(final String[] cells) {
        final Result<Ruleset> result =
                RulesetReader.read(Family.IPV4, "rules", "*" + cells[0] + "\n" + cells[1] + "\nCOMMIT\n");
        if (cells[2].equals(REFUSED)) {
            assertThat(result.diagnostics()).hasSize(1);
            assertThat(result.diagnostics().get(0).span().line()).isEqualTo(2);
            return;
        }
        assertThat(result.diagnostics()).isEmpty();
        assertThat(RulesetWriter.plain(result.value().orElseThrow()).lines().filter(line -> line.startsWith("-A")))
                .containsExactly(cells[2].isEmpty() ? cells[1] : cells[2]);
    }

    @Test
    void everyLineThatCannotBeTakenOverIsToldInOrder() {
        final Result<Ruleset> result = RulesetReader.read(
                Family.IPV4,
                "rules",
                "*filter\n-A INPUT -m nosuch -j DROP\n-A NOCHAIN -j DROP\n-A INPUT -j ACCEPT\n-A INPUT --x\nCOMMIT\n");
        assertThat(result.value()).isEmpty();
        assertThat(result.diagnostics()).extracting(d -> d.span().line()).containsExactly(2, 3, 5);
    }

    @Test
    void whatAUserWroteStaysInItsField() {
        final String evil = "x\" -j DROP\n-A INPUT -j DROP #$(id) `id` \\";
        final String quoted = Quoting.quote(evil);
        assertThat(quoted).doesNotContain("\n");
        assertThat(words(quoted)).containsExactly(evil.replace('\n', ' '));
    }

    private static String[] words(final String text) {
        try {
            final Words words = Words.split(text);
            final Stream.Builder<String> all = Stream.builder();
            while (words.hasNext()) {
                all.add(words.next());
            }
            return all.build().toArray(String[]::new);
        } catch (final Refusal e) {
            throw new AssertionError(text, e);
        }
    }

    private static Stream<String> cases() throws IOException {
        try (InputStream stream = Objects.requireNonNull(RulesetReaderTest.class.getResourceAsStream("rules.v4.tsv"))) {
            final String text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            return Arrays.stream(text.split("\n", -1)).filter(line -> !line.isEmpty());
        }
    }
}
