// SPDX-License-Identifier: Apache-2.0
package io.nfl.diag;

import java.util.Optional;

/**
 * One line of a source with the marks under it, as a terminal shows them: tabs widened, controls replaced, long lines
 * cut around the span.
 */
record SourceLine(String text, String marks) {
    private static final int TAB = 4;
    private static final int WIDEST = 140;
    private static final int BEFORE = 60;

    static Optional<SourceLine> of(final String source, final Span span) {
        final Optional<String> line = line(source, span);
        if (span.line() == 0 || line.isEmpty()) {
            return Optional.empty();
        }
        final String text = line.get();
        final int from = Math.min(Math.max(0, span.column() - 1), text.length());
        final int to = Math.min(text.length(), from + Math.max(1, span.length()));
        final int begin = text.length() <= WIDEST ? 0 : boundary(text, Math.max(0, from - BEFORE));
        final int end = boundary(text, Math.min(text.length(), begin + WIDEST));
        final String head = begin > 0 ? "…" : "";
        final String before = head + shown(text.substring(begin, from));
        final String inside = shown(text.substring(from, Math.max(from, Math.min(to, end))));
        final String after = shown(text.substring(Math.max(from, Math.min(to, end)), Math.max(from, end)));
        final String marks = " ".repeat(width(before)) + "^".repeat(Math.max(1, width(inside)));
        return Optional.of(new SourceLine(before + inside + after + (end < text.length() ? "…" : ""), marks));
    }

    /** The line by the span's offset; by its number where it has none, which is slow in a long source. */
    private static Optional<String> line(final String source, final Span span) {
        final int begin = span.offset() - span.column() + 1;
        final boolean begins = begin == 0 || begin > 0 && begin <= source.length() && source.charAt(begin - 1) == '\n';
        if (!begins || begin == 0 && span.line() != 1) {
            return source.lines().skip(Math.max(0, span.line() - 1)).findFirst();
        }
        final int end = source.indexOf('\n', begin);
        final String line = source.substring(begin, end < 0 ? source.length() : end);
        return Optional.of(line.endsWith("\r") ? line.substring(0, line.length() - 1) : line);
    }

    private static int boundary(final String text, final int at) {
        return at > 0 && at < text.length() && Character.isLowSurrogate(text.charAt(at)) ? at - 1 : at;
    }

    /** As it may be written to a terminal: no control, no direction override. */
    static String shown(final String text) {
        final StringBuilder out = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (c == '\t') {
                out.append(" ".repeat(TAB));
            } else if (Character.isISOControl(c) || isDirectionMark(c)) {
                out.append('\uFFFD');
            } else {
                out.appendCodePoint(c);
            }
        });
        return out.toString();
    }

    private static boolean isDirectionMark(final int c) {
        return c >= 0x202A && c <= 0x202E || c >= 0x2066 && c <= 0x2069;
    }

    /** Columns that the text takes. */
    static int width(final String text) {
        return text.codePoints().map(SourceLine::width).sum();
    }

    private static int width(final int c) {
        return switch (Character.getType(c)) {
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT -> 0;
            default -> isWide(c) ? 2 : 1;
        };
    }

    /** East Asian wide and full-width characters and pictographs (Unicode TR 11, by block). */
    private static boolean isWide(final int c) {
        return c >= 0x1100 && c <= 0x115F
                || c >= 0x2E80 && c <= 0xA4CF
                || c >= 0xAC00 && c <= 0xD7A3
                || c >= 0xF900 && c <= 0xFAFF
                || c >= 0xFE30 && c <= 0xFE6F
                || c >= 0xFF00 && c <= 0xFF60
                || c >= 0x1F300 && c <= 0x1FAFF
                || c >= 0x20000 && c <= 0x3FFFD;
    }
}
