// SPDX-License-Identifier: Apache-2.0
package io.nfl.diag;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Diagnostics for programs: one JSON object with an array {@code diagnostics}. */
public final class JsonReport {
    private JsonReport() {}

    /** Ends with a line feed. */
    public static String render(final List<Diagnostic> diagnostics) {
        return "{\"diagnostics\":" + array(diagnostics, JsonReport::diagnostic) + "}\n";
    }

    private static String diagnostic(final Diagnostic d) {
        return "\n{\"severity\":" + quoted(TextReport.label(d.severity()))
                + ",\"code\":" + quoted(d.code().id())
                + ",\"message\":" + quoted(d.message())
                + ",\"span\":" + span(d.span())
                + ",\"notes\":" + array(d.notes(), JsonReport::note)
                + ",\"fixes\":" + array(d.fixes(), JsonReport::fix) + "}";
    }

    private static String span(final Span s) {
        return "{\"file\":" + quoted(s.file()) + ",\"line\":" + s.line() + ",\"column\":" + s.column() + ",\"offset\":"
                + s.offset() + ",\"length\":" + s.length() + "}";
    }

    private static String note(final Note n) {
        final Optional<String> place = n.span().map(s -> ",\"span\":" + span(s));
        return "{\"text\":" + quoted(n.text()) + place.orElse("") + "}";
    }

    private static String fix(final Fix f) {
        return "{\"title\":" + quoted(f.title()) + ",\"edits\":" + array(f.edits(), JsonReport::edit) + "}";
    }

    private static String edit(final Fix.Edit e) {
        return "{\"span\":" + span(e.span()) + ",\"replacement\":" + quoted(e.replacement()) + "}";
    }

    private static <T> String array(final List<T> list, final Function<T, String> each) {
        return list.stream().map(each).collect(Collectors.joining(",", "[", "]"));
    }

    private static String quoted(final String text) {
        final StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            final char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < ' ' || Character.isSurrogate(c) || c == '\u2028' || c == '\u2029') {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        return out.append('"').toString();
    }
}
