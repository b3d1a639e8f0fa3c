// SPDX-License-Identifier: Apache-2.0
package io.nfl.ir;

import java.util.Optional;

/** Which chain a target calls. */
public final class ChainCalls {
    private ChainCalls() {}

    /** The chain that a jump or goto names. */
    public static Optional<String> callee(final Target target) {
        if (target instanceof Target.Jump jump) {
            return Optional.of(jump.chain());
        }
        return target instanceof Target.Goto goTo ? Optional.of(goTo.chain()) : Optional.empty();
    }
}
