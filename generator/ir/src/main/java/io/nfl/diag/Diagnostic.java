// SPDX-License-Identifier: Apache-2.0
package io.nfl.diag;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Something wrong with a policy.
 *
 * @param message lower case, one line, no full stop, the user's text in backticks; advice is in the notes
 */
public record Diagnostic(Code code, Span span, String message, List<Note> notes, List<Fix> fixes)
        implements Comparable<Diagnostic> {
    private static final Comparator<Diagnostic> ORDER = Comparator.comparing(Diagnostic::span)
            .thenComparing(Diagnostic::code)
            .thenComparing(Diagnostic::message);

    /** What a message quotes may be as long as a slip of the finger makes it. */
    private static final Pattern LONG_WORD = Pattern.compile("(\\S{400})\\S{100,}");

    public Diagnostic {
        message = shortened(message);
        notes = List.copyOf(notes);
        fixes = List.copyOf(fixes);
    }

    static String shortened(final String text) {
        return LONG_WORD.matcher(text).replaceAll("$1…");
    }

    public static Diagnostic of(final Code code, final Span span, final String message) {
        return new Diagnostic(code, span, message, List.of(), List.of());
    }

    public Diagnostic note(final Note note) {
        return new Diagnostic(code, span, message, append(notes, Optional.of(note)), fixes);
    }

    public Diagnostic note(final String text) {
        return note(Note.of(text));
    }

    public Diagnostic fix(final Fix fix) {
        return new Diagnostic(code, span, message, notes, append(fixes, Optional.of(fix)));
    }

    private static <T> List<T> append(final List<T> list, final Optional<T> last) {
        return java.util.stream.Stream.concat(list.stream(), last.stream()).toList();
    }

    public Severity severity() {
        return code.severity();
    }

    public boolean isError() {
        return severity() == Severity.ERROR;
    }

    @Override
    public int compareTo(final Diagnostic other) {
        return ORDER.compare(this, other);
    }
}
