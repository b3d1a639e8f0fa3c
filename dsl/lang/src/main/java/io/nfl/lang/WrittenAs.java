// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang;

import io.nfl.diag.Span;
import java.util.List;

/**
 * Where the text was written that a declaration stands for: the words of the declaration that each stretch of it comes
 * from.
 *
 * @param whole the declaration: for all that comes from no words of their own
 */
record WrittenAs(Span whole, List<Stretch> stretches) {
    /** From an offset up to another, not included. */
    record Stretch(int begin, int end, Span words) {}

    WrittenAs {
        stretches = List.copyOf(stretches);
    }

    Span at(final int offset) {
        return stretches.stream()
                .filter(each -> each.begin() <= offset && offset < each.end())
                .findFirst()
                .map(Stretch::words)
                .orElse(whole);
    }
}
