// SPDX-License-Identifier: Apache-2.0
package io.nfl.ide;

import io.nfl.lang.index.Declared;
import java.util.ArrayDeque;
import java.util.Deque;

/** The comment that documents a declaration: the lines right above it that are nothing else. */
final class DocComment {
    private DocComment() {}

    /** Its lines without their {@code #}; empty where there is none. */
    static String above(final Declared declared, final Analysis analysis) {
        final String file = declared.site().file();
        final String text = declared.predeclared()
                ? analysis.reading()
                        .spans()
                        .source(analysis.reading().builtin())
                        .text()
                : analysis.texts().getOrDefault(file, "");
        final Positions positions = declared.predeclared() ? new Positions(text) : analysis.positions(file);
        final int line = positions.line(declared.whole().offset());
        final String before = positions
                .text(line)
                .substring(0, positions.position(declared.whole().offset()).getCharacter());
        final Deque<String> lines = new ArrayDeque<>();
        if (before.isBlank()) {
            for (int i = line - 1; i >= 0 && positions.text(i).stripLeading().startsWith("#"); i--) {
                lines.push(positions.text(i).strip().replaceFirst("^#+ ?", ""));
            }
        }
        return String.join("  \n", lines).strip();
    }
}
