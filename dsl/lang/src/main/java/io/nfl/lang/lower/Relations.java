// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang.lower;

import io.nfl.diag.Code;
import java.util.Optional;
import org.eclipse.emf.ecore.EObject;
import org.jspecify.annotations.Nullable;

/** {@code below N}, {@code above N}, or the range itself. */
final class Relations {
    private Relations() {}

    /** A number that no value is below, or above, leaves nothing that the test could hold for: it is told. */
    static Optional<Numbers.Range> bounds(
            final Findings findings,
            final EObject at,
            final @Nullable String relation,
            final Numbers.Range range,
            final long most) {
        final boolean empty =
                "below".equals(relation) && range.low() == 0 || "above".equals(relation) && range.high() == most;
        if (empty) {
            final String bound = relation + " " + (range.low() == 0 ? 0 : most);
            findings.report(Code.VALUE_RANGE, at, "nothing is " + bound);
            return Optional.empty();
        }
        return Optional.of(bounds(relation, range, most));
    }

    private static Numbers.Range bounds(final @Nullable String relation, final Numbers.Range range, final long most) {
        if ("below".equals(relation)) {
            return new Numbers.Range(0, range.low() - 1);
        }
        if ("above".equals(relation)) {
            return new Numbers.Range(range.high() + 1, most);
        }
        return range;
    }
}
