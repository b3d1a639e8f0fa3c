// SPDX-License-Identifier: Apache-2.0
package io.nfl.bytecode;

import io.nfl.api.classify.ClassifierConstants;
import io.nfl.api.net.Family;
import java.util.List;

/**
 * A classifier before its bytes: how each chain is walked, and what the class is constructed with.
 *
 * @param sourceFile the policy's, for stack traces and profilers; empty where there is none
 */
record ClassPlan(Family family, String sourceFile, List<ChainPlan> chains, ClassifierConstants constants) {
    ClassPlan {
        chains = List.copyOf(chains);
    }
}
