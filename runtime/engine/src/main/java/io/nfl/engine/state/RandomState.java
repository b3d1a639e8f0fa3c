// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.state;

import io.nfl.api.classify.RuleState;
import io.nfl.api.classify.StateSpec;
import io.nfl.api.packet.PacketView;
import io.nfl.engine.choice.Chooser;

/** net/netfilter/xt_statistic.c, mode random. */
final class RandomState implements RuleState {
    private final StateSpec.Random spec;
    private final Chooser chooser;

    RandomState(final StateSpec.Random spec, final Chooser chooser) {
        this.spec = spec;
        this.chooser = chooser;
    }

    @Override
    public int test(final PacketView packet) {
        final boolean hit = (chooser.probability() & 0x7FFF_FFFF) < spec.threshold();
        return hit ^ spec.inverted() ? HIT : MISS;
    }
}
