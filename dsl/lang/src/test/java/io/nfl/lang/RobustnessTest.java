// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.nfl.diag.Code;
import io.nfl.diag.Diagnostic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Any text whatever is read to its end: what is wrong with it is a diagnostic, never an exception. */
class RobustnessTest {
    private static final long SEED = 20261121;

    @Test
    void aTextMayEndAnywhere() throws IOException {
        final String text = reference();
        for (int end = 0; end < text.length(); end += 7) {
            readsToItsEnd(text.substring(0, end));
        }
    }

    @Test
    void anyBytesAreRead() throws IOException {
        final Random random = new Random(SEED);
        final String text = reference();
        for (int i = 0; i < 150; i++) {
            final StringBuilder garbled = new StringBuilder(text.substring(0, 2000));
            for (int n = 0; n < 1 + i / 5; n++) {
                final int at = random.nextInt(garbled.length());
                switch (random.nextInt(4)) {
                    case 0 -> garbled.setCharAt(at, (char) random.nextInt(256));
                    case 1 -> garbled.deleteCharAt(at);
                    case 2 -> garbled.insert(at, "{}[]\"#,.:;=@^\\/\uFEFF\u0000\uD83D".charAt(random.nextInt(18)));
                    default -> {
                        final int from = random.nextInt(text.length() - 20);
                        garbled.insert(at, text, from, from + 20);
                    }
                }
            }
            readsToItsEnd(garbled.toString());
        }
    }

    @Test
    void deepNestingIsRefusedWhereItGoesTooDeep() {
        final String deep = "filter input { " + "when in lo { ".repeat(20_000) + "accept" + " }".repeat(20_001);
        final List<Diagnostic> found = read(deep);
        assertThat(found).extracting(Diagnostic::code).containsExactly(Code.SYNTAX_NESTING);
        final String allowed = "filter input { " + "when in lo { ".repeat(63) + "accept" + " }".repeat(64);
        assertThat(read(allowed)).isEmpty();
    }

    @Test
    void hugeLiteralsAreRead() {
        readsToItsEnd("filter input { accept tcp dport " + "9".repeat(100_000) + " }");
        readsToItsEnd("filter input { accept from " + "1.".repeat(50_000) + "1 }");
        readsToItsEnd("filter input { accept in " + "x".repeat(100_000) + " }");
        readsToItsEnd("\"".repeat(10_001));
        readsToItsEnd("}".repeat(10_000));
    }

    @Test
    void fiftyThousandRulesAreRead() {
        final StringBuilder text = new StringBuilder("interface lan = eth0\nfilter forward {\n");
        for (int i = 0; i < 50_000; i++) {
            text.append("  accept in lan from 10.")
                    .append(i >> 8 & 255)
                    .append('.')
                    .append(i & 255)
                    .append(".0/24 tcp dport 80, 443 ct new\n");
        }
        assertThat(read(text.append("}\n").toString())).isEmpty();
    }

    private static void readsToItsEnd(final String text) {
        assertThatCode(() -> read(text)).as("seed %d: %s", SEED, text).doesNotThrowAnyException();
    }

    private static List<Diagnostic> read(final String text) {
        return PolicyReader.read(new Source("any.nfl", text), SourceFinder.NONE).diagnostics();
    }

    private static String reference() throws IOException {
        try (var stream = Objects.requireNonNull(RobustnessTest.class.getResourceAsStream("reference.nfl"))) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
