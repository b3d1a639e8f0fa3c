// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang.lower;

import io.nfl.api.net.Family;
import io.nfl.diag.Span;
import io.nfl.ir.Target;
import java.util.List;
import java.util.Set;

/**
 * What an action does: one or more rules, each with tests of its own.
 *
 * @param families in which it exists
 * @param needsProtocol whether the rule itself must name the protocol
 */
record Body(Span span, List<Line> lines, Set<Family> families, boolean needsProtocol, Ending ending) {
    /** One rule of it. */
    record Line(List<Test> tests, Target target) {
        Line {
            tests = List.copyOf(tests);
        }
    }

    /** How the way goes on behind it. */
    enum Ending {
        /** With the next rule. */
        CONTINUES,
        /** Never: a verdict for the table. */
        TERMINAL,
        /** With the caller of the chain that the rule stands in: {@code return} and {@code goto}. */
        LEAVES_CHAIN,
        /** With the next rule, when the called chain has ended. */
        CALLS
    }

    Body {
        lines = List.copyOf(lines);
        families = Set.copyOf(families);
    }
}
