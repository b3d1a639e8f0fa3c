// SPDX-License-Identifier: Apache-2.0
package io.nfl.diag;

import java.util.Optional;

/** A further word on a diagnostic: why netfilter works so, or another place that has to do with it. */
public record Note(Optional<Span> span, String text) {
    public Note {
        text = Diagnostic.shortened(text);
    }

    public static Note of(final String text) {
        return new Note(Optional.empty(), text);
    }

    public static Note at(final Span span, final String text) {
        return new Note(Optional.of(span), text);
    }
}
