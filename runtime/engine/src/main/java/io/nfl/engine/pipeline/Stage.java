// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.pipeline;

import io.nfl.api.net.Hook;

/** One who acts at a hook. */
@FunctionalInterface
interface Stage {
    /** @return a verdict of {@link io.nfl.api.net.Verdict}: ACCEPT goes on with the next stage */
    int run(Passage passage, Hook hook);
}
