// SPDX-License-Identifier: Apache-2.0
package io.nfl.bytecode;

import io.nfl.api.classify.RuleLayout.ChainLayout;
import java.util.List;

/** How a chain becomes methods. */
sealed interface ChainPlan {
    ChainLayout layout();

    /** Rule after rule, in as many methods as they need. */
    record Straight(ChainLayout layout, List<RulePlan> rules) implements ChainPlan {
        public Straight {
            rules = List.copyOf(rules);
        }
    }

    /**
     * A loop over the rules that an index finds. Rules that differ in nothing but indexed fields and parameters share
     * a kind, which has one method.
     *
     * @param index in {@code ClassifierConstants#indexes}
     */
    record Indexed(ChainLayout layout, int index, List<RulePlan> kinds) implements ChainPlan {
        public Indexed {
            kinds = List.copyOf(kinds);
        }
    }
}
