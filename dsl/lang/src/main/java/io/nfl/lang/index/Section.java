// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang.index;

import io.nfl.diag.Span;
import java.util.List;

/**
 * A part of a text that an outline shows.
 *
 * @param detail what there is to say of it in a few words; may be empty
 * @param whole without the comment above
 * @param selection of its name or its first words, within the whole
 */
public record Section(Kind kind, String name, String detail, Span whole, Span selection, List<Section> parts) {
    public Section {
        parts = List.copyOf(parts);
    }

    /** What a part is. */
    public enum Kind {
        POLICY,
        INTERFACE,
        ZONE,
        ADDRESS,
        SERVICE,
        SET,
        LIST,
        MARK,
        ROUTES,
        CHAIN,
        BLOCK,
        WHEN,
        RULE,
        PUBLISH,
        TEST
    }
}
