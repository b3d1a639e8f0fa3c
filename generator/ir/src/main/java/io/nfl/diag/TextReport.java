// SPDX-License-Identifier: Apache-2.0
package io.nfl.diag;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** Diagnostics for people: the line, carets under the span, notes, and what mends it. */
public final class TextReport {
    private static final String RESET = "\u001b[0m";
    private static final String BOLD = "\u001b[1m";
    private static final String BLUE = "\u001b[1;34m";

    private final Function<String, Optional<String>> sources;
    private final boolean colours;

    /** @param sources a file's text by the name that its spans carry */
    public TextReport(final Function<String, Optional<String>> sources, final boolean colours) {
        this.sources = sources;
        this.colours = colours;
    }

    /** All of them, an empty line after each, and the summary. The empty string where there are none. */
    public String render(final List<Diagnostic> diagnostics) {
        if (diagnostics.isEmpty()) {
            return "";
        }
        final StringBuilder out = new StringBuilder();
        diagnostics.forEach(d -> render(d, out));
        return out.append(summary(diagnostics)).append('\n').toString();
    }

    /** {@code 2 errors, 1 warning}. */
    public static String summary(final List<Diagnostic> diagnostics) {
        final List<String> parts = new ArrayList<>();
        for (final Severity severity : Severity.values()) {
            final long count =
                    diagnostics.stream().filter(d -> d.severity() == severity).count();
            if (count > 0) {
                parts.add(count + " " + label(severity) + (count == 1 ? "" : "s"));
            }
        }
        return String.join(", ", parts);
    }

    static String label(final Severity severity) {
        return severity.name().toLowerCase(Locale.ROOT);
    }

    private void render(final Diagnostic diagnostic, final StringBuilder out) {
        final String head =
                label(diagnostic.severity()) + "[" + diagnostic.code().id() + "]";
        out.append(colour(colour(diagnostic.severity()), head))
                .append(colour(BOLD, ": " + SourceLine.shown(diagnostic.message())))
                .append('\n');
        final int margin = margin(diagnostic);
        place(diagnostic.span(), margin, colour(diagnostic.severity()), "-->", out);
        for (final Note note : diagnostic.notes()) {
            out.append(" ".repeat(margin)).append(colour(BLUE, " = ")).append(colour(BOLD, "note: "));
            out.append(SourceLine.shown(note.text())).append('\n');
            note.span().ifPresent(span -> place(span, margin, BLUE, ":::", out));
        }
        for (final Fix fix : diagnostic.fixes()) {
            out.append(" ".repeat(margin)).append(colour(BLUE, " = ")).append(colour(BOLD, "help: "));
            out.append(SourceLine.shown(fix.title())).append('\n');
        }
        out.append('\n');
    }

    private static int margin(final Diagnostic diagnostic) {
        int most = diagnostic.span().line();
        for (final Note note : diagnostic.notes()) {
            most = Math.max(most, note.span().map(Span::line).orElse(0));
        }
        return Integer.toString(most).length();
    }

    private void place(
            final Span span, final int margin, final String marks, final String arrow, final StringBuilder out) {
        if (span.file().isEmpty() && span.line() == 0) {
            return;
        }
        final String gap = " ".repeat(margin);
        out.append(gap).append(colour(BLUE, arrow)).append(' ').append(SourceLine.shown(span.toString()));
        out.append('\n');
        final Optional<SourceLine> line = sources.apply(span.file()).flatMap(text -> SourceLine.of(text, span));
        if (line.isPresent()) {
            final String number = Integer.toString(span.line());
            final String bar = colour(BLUE, " |");
            out.append(gap).append(bar).append('\n');
            out.append(colour(BLUE, " ".repeat(margin - number.length()) + number))
                    .append(bar);
            out.append(' ').append(line.get().text().stripTrailing()).append('\n');
            out.append(gap)
                    .append(bar)
                    .append(' ')
                    .append(colour(marks, line.get().marks()));
            out.append('\n');
        }
    }

    private static String colour(final Severity severity) {
        return switch (severity) {
            case ERROR -> "\u001b[1;31m";
            case WARNING -> "\u001b[1;33m";
            case HINT -> "\u001b[1;36m";
        };
    }

    private String colour(final String code, final String text) {
        if (!colours) {
            return text;
        }
        final int lead = text.length() - text.stripLeading().length();
        return text.substring(0, lead) + code + text.substring(lead) + RESET;
    }
}
