// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang;

import io.nfl.diag.Code;
import io.nfl.diag.Diagnostic;
import io.nfl.diag.Span;
import java.util.Optional;

/** Keeps braces from nesting so deep that a recursive parser runs out of stack. */
final class Nesting {
    static final int MAX_DEPTH = 64;

    private Nesting() {}

    /** @param text up to the brace that goes too deep */
    record Result(String text, Optional<Diagnostic> tooDeep) {}

    static Result check(final Source source) {
        final String text = source.text();
        int depth = 0;
        int line = 1;
        int lineStart = 0;
        boolean comment = false;
        boolean string = false;
        for (int i = 0; i < text.length(); i++) {
            final char c = text.charAt(i);
            if (c == '\n') {
                line++;
                lineStart = i + 1;
                comment = false;
                string = false;
            } else if (!comment && c == '"') {
                string = !string;
            } else if (string && c == '\\') {
                i++;
            } else if (!string && c == '#') {
                comment = true;
            } else if (!string && !comment && c == '}') {
                depth = Math.max(0, depth - 1);
            } else if (!string && !comment && c == '{' && ++depth > MAX_DEPTH) {
                final Span span = new Span(source.name(), line, i - lineStart + 1, i, 1);
                return new Result(
                        text.substring(0, i),
                        Optional.of(Diagnostic.of(Code.SYNTAX_NESTING, span, "blocks nest deeper than " + MAX_DEPTH)
                                .note("what stands from here on is not read")));
            }
        }
        return new Result(text, Optional.empty());
    }
}
