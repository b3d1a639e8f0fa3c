// SPDX-License-Identifier: Apache-2.0
package io.nfl.bytecode;

import io.nfl.ir.IpHeaderMatch;
import io.nfl.ir.Match;
import io.nfl.ir.Target;
import java.util.List;

/**
 * What is emitted for a rule: of an indexed chain, only what the index has not compared.
 *
 * @param number in {@code RuleLayout}
 * @param line in the policy, 0 where there is none
 */
record RulePlan(int number, int line, IpHeaderMatch header, List<MatchPlan> matches, Target target) {
    RulePlan {
        matches = List.copyOf(matches);
    }

    /**
     * A match.
     *
     * @param indexed whether the index has found its ports, unless the packet is odd
     * @param state number of its state, or {@link #NO_STATE}
     */
    record MatchPlan(Match match, boolean indexed, int state) {
        static final int NO_STATE = -1;
    }

    /** What of the rule its code depends on. */
    record Shape(IpHeaderMatch header, List<MatchPlan> matches, Object target) {}

    Shape shape() {
        return new Shape(header, matches, TargetParameter.shape(target));
    }
}
