// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang.lower;

import org.jspecify.annotations.Nullable;

/** {@code below N}, {@code above N}, or the range itself. */
final class Relations {
    private Relations() {}

    static Numbers.Range bounds(final @Nullable String relation, final Numbers.Range range, final long most) {
        if ("below".equals(relation)) {
            return new Numbers.Range(0, Math.max(0, range.low() - 1));
        }
        if ("above".equals(relation)) {
            return new Numbers.Range(Math.min(most, range.high() + 1), most);
        }
        return range;
    }
}
