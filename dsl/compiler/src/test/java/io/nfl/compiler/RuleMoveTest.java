// SPDX-License-Identifier: Apache-2.0
package io.nfl.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import io.nfl.diag.Code;
import io.nfl.diag.Diagnostic;
import io.nfl.diag.Fix;
import io.nfl.lang.Source;
import io.nfl.lang.SourceFinder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rules that cannot stand where they are, each with the moves that are offered and what the text is then. */
class RuleMoveTest {
    private static final String DECLARED =
            "families ipv4\nforwarding on\ninterface wan = eth0 { address 203.0.113.2/24 }\n"
                    + "interface lan = eth1 { address 192.168.1.1/24 }\n";

    static Stream<String> cases() throws IOException {
        try (InputStream in = Objects.requireNonNull(RuleMoveTest.class.getResourceAsStream("moves.txt"))) {
            return Stream.of(new String(in.readAllBytes(), StandardCharsets.UTF_8).split("----\n", -1));
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aMoveTakesTheRuleToWhereItMayStandAndBringsNoError(final String expected) {
        final String text = expected.split("  > ", 2)[0];
        final String all = DECLARED + text;
        final Diagnostic misplaced = diagnostics(all).stream()
                .filter(each -> each.code() == Code.PLACEMENT_ACTION)
                .findFirst()
                .orElseThrow();
        final StringBuilder told = new StringBuilder(text);
        for (final Fix fix : misplaced.fixes()) {
            final String mended = mended(all, fix);
            assertThat(diagnostics(mended)).filteredOn(Diagnostic::isError).isEmpty();
            told.append("  > ").append(fix.title()).append('\n').append(mended.substring(DECLARED.length()));
        }
        assertThat(told.toString()).isEqualTo(expected);
    }

    private static List<Diagnostic> diagnostics(final String text) {
        return NflCompiler.compile(new Source("policy.nfl", text), SourceFinder.NONE)
                .diagnostics();
    }

    private static String mended(final String text, final Fix fix) {
        final List<Fix.Edit> backwards = fix.edits().stream()
                .sorted(Comparator.comparingInt(edit -> -edit.span().offset()))
                .collect(Collectors.toList());
        String mended = text;
        for (final Fix.Edit edit : backwards) {
            mended = mended.substring(0, edit.span().offset())
                    + edit.replacement()
                    + mended.substring(edit.span().offset() + edit.span().length());
        }
        return mended;
    }
}
