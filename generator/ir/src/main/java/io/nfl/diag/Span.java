// SPDX-License-Identifier: Apache-2.0
package io.nfl.diag;

import java.util.Comparator;

/**
 * A stretch of a source text.
 *
 * @param file as the user named it; empty where there is none
 * @param line 1-based; 0 where there is none
 * @param column 1-based, in UTF-16 units
 * @param offset from the file's begin, in UTF-16 units
 * @param length in UTF-16 units
 */
public record Span(String file, int line, int column, int offset, int length) implements Comparable<Span> {
    /** No place in any text. */
    public static final Span NONE = new Span("", 0, 0, 0, 0);

    private static final Comparator<Span> ORDER = Comparator.comparing(Span::file)
            .thenComparingInt(Span::line)
            .thenComparingInt(Span::column)
            .thenComparingInt(Span::length);

    /** A whole line of a text without finer positions, such as an iptables-save. */
    public static Span ofLine(final String file, final int line) {
        return new Span(file, line, 1, 0, 0);
    }

    @Override
    public int compareTo(final Span other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return line == 0 ? file : file + ":" + line + ":" + column;
    }
}
