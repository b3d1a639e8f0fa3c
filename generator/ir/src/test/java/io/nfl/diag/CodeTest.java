// SPDX-License-Identifier: Apache-2.0
package io.nfl.diag;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CodeTest {
    @Test
    void everyCodeIsExplainedAndNothingElseIs() {
        assertThat(Explanation.codes())
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(Code.values()).map(Code::id).toList());
        for (final Code code : Code.values()) {
            assertThat(Code.of(code.id())).contains(code);
        }
    }

    @Test
    void aReportShowsTheLineCaretsNotesAndHelp() {
        final String source = "a\n\tsnat to 宽 \u001b[31m x\n";
        final Diagnostic d = Diagnostic.of(
                        Code.PLACEMENT_ACTION, new Span("p.nfl", 2, 10, 11, 1), "`snat` cannot stand here")
                .note(Note.at(new Span("p.nfl", 1, 1, 0, 1), "`a` leads here"))
                .fix(Fix.replace("delete it", Span.NONE, ""));
        assertThat(new TextReport(f -> Optional.of(source), false).render(List.of(d)))
                .isEqualTo("error[placement/action]: `snat` cannot stand here\n"
                        + " --> p.nfl:2:10\n"
                        + "  |\n"
                        + "2 |     snat to 宽 \uFFFD[31m x\n"
                        + "  |             ^^\n"
                        + "  = note: `a` leads here\n"
                        + " ::: p.nfl:1:1\n"
                        + "  |\n"
                        + "1 | a\n"
                        + "  | ^\n"
                        + "  = help: delete it\n"
                        + "\n"
                        + "1 error\n");
    }

    @Test
    void aLongLineIsCutAroundTheSpan() {
        final String source = "x".repeat(5000) + "BAD" + "y".repeat(5000);
        final Diagnostic d = Diagnostic.of(Code.SYNTAX_UNEXPECTED, new Span("p.nfl", 1, 5001, 5000, 3), "bad");
        final List<String> lines = new TextReport(f -> Optional.of(source), false)
                .render(List.of(d))
                .lines()
                .toList();
        assertThat(lines).allMatch(l -> l.length() < 160);
        final int caret = lines.get(4).indexOf('^');
        assertThat(lines.get(3).substring(caret, caret + 3)).isEqualTo("BAD");
    }

    @Test
    void jsonEscapesWhatItMust() {
        final Diagnostic d = Diagnostic.of(Code.SYNTAX_UNEXPECTED, new Span("a\"b", 1, 1, 0, 1), "x\n\u0001\\");
        assertThat(JsonReport.render(List.of(d)))
                .isEqualTo("{\"diagnostics\":[\n{\"severity\":\"error\",\"code\":\"syntax/unexpected\","
                        + "\"message\":\"x\\n\\u0001\\\\\",\"span\":{\"file\":\"a\\\"b\",\"line\":1,\"column\":1,"
                        + "\"offset\":0,\"length\":1},\"notes\":[],\"fixes\":[]}]}\n");
    }
}
