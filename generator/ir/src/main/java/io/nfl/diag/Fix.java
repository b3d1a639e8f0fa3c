// SPDX-License-Identifier: Apache-2.0
package io.nfl.diag;

import java.util.List;

/** A way to mend what a diagnostic says, as edits that an editor can make. @param title in the imperative */
public record Fix(String title, List<Edit> edits) {
    public Fix {
        edits = List.copyOf(edits);
    }

    /** Replaces the text of the span; a span of length 0 inserts. */
    public record Edit(Span span, String replacement) {}

    public static Fix replace(final String title, final Span span, final String replacement) {
        return new Fix(title, List.of(new Edit(span, replacement)));
    }
}
