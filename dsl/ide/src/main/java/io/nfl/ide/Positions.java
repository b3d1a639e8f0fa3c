// SPDX-License-Identifier: Apache-2.0
package io.nfl.ide;

import io.nfl.diag.Span;
import java.util.Arrays;
import org.eclipse.lsp4j.Position;
import org.eclipse.lsp4j.Range;

/** Offsets of a text as the protocol's positions: lines end with LF, CR LF or CR, characters are UTF-16 units. */
final class Positions {
    private final String text;

    /** Where lines begin. */
    private final int[] begins;

    Positions(final String text) {
        this.text = text;
        int[] found = new int[16];
        int count = 1;
        for (int i = 0; i < text.length(); i++) {
            final char c = text.charAt(i);
            if (c == '\n' || c == '\r' && !text.startsWith("\n", i + 1)) {
                if (count == found.length) {
                    found = Arrays.copyOf(found, 2 * count);
                }
                found[count++] = i + 1;
            }
        }
        begins = Arrays.copyOf(found, count);
    }

    /** The stretch of a span; what has no place stands at the text's begin. */
    Range range(final Span span) {
        if (span.line() == 0) {
            return new Range(new Position(0, 0), new Position(0, 0));
        }
        return range(span.offset(), span.offset() + span.length());
    }

    Range range(final int begin, final int end) {
        return new Range(position(begin), position(end));
    }

    /** The offset of a position; behind a line's end it is that end, behind the last line the text's. */
    int offset(final Position position) {
        if (position.getLine() < 0 || position.getCharacter() < 0) {
            return 0;
        }
        if (position.getLine() >= begins.length) {
            return text.length();
        }
        final int begin = begins[position.getLine()];
        int end = position.getLine() + 1 < begins.length ? begins[position.getLine() + 1] : text.length();
        while (end > begin && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
            end--;
        }
        return (int) Math.min((long) begin + position.getCharacter(), end);
    }

    Position position(final int offset) {
        final int bounded = Math.max(0, Math.min(offset, text.length()));
        final int found = Arrays.binarySearch(begins, bounded);
        final int line = found >= 0 ? found : -found - 2;
        return new Position(line, bounded - begins[line]);
    }

    /** The line, from 0, that an offset stands in. */
    int line(final int offset) {
        return position(offset).getLine();
    }

    /** The text of a line, without its end. */
    String text(final int line) {
        final int end = offset(new Position(line, Integer.MAX_VALUE));
        return text.substring(begins[line], end);
    }
}
