// SPDX-License-Identifier: Apache-2.0
package io.nfl.ide;

import io.nfl.diag.Span;
import org.eclipse.lsp4j.Position;
import org.eclipse.lsp4j.Range;

/** Offsets of a text as the protocol's positions: lines end with LF, CR LF or CR, characters are UTF-16 units. */
final class Positions {
    private final String text;

    Positions(final String text) {
        this.text = text;
    }

    /** The stretch of a span; what has no place stands at the text's begin. */
    Range range(final Span span) {
        if (span.line() == 0) {
            return new Range(new Position(0, 0), new Position(0, 0));
        }
        return new Range(position(span.offset()), position(span.offset() + span.length()));
    }

    /** The offset of a position; behind a line's end it is that end, behind the last line the text's. */
    int offset(final Position position) {
        int offset = 0;
        for (int line = 0; line < position.getLine(); line++) {
            offset = nextLine(offset);
        }
        int end = offset;
        while (end < text.length() && text.charAt(end) != '\n' && text.charAt(end) != '\r') {
            end++;
        }
        return Math.min(offset + position.getCharacter(), end);
    }

    private int nextLine(final int from) {
        for (int i = from; i < text.length(); i++) {
            final char c = text.charAt(i);
            if (c == '\n' || c == '\r') {
                return i + (text.startsWith("\r\n", i) ? 2 : 1);
            }
        }
        return text.length();
    }

    Position position(final int offset) {
        final int end = Math.min(offset, text.length());
        int line = 0;
        int begin = 0;
        for (int i = 0; i < end; i++) {
            final char c = text.charAt(i);
            final boolean first = c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n';
            if (c == '\n' || c == '\r' && !first) {
                line++;
                begin = i + 1;
            }
        }
        return new Position(line, end - begin);
    }
}
