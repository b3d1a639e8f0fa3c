// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.state;

import io.nfl.api.classify.RuleState;
import io.nfl.api.classify.StateSpec;
import io.nfl.api.packet.PacketView;

/** net/netfilter/xt_statistic.c, mode nth. The counter begins where userspace sets it, and matches when it wraps. */
final class NthState implements RuleState {
    private final long last;
    private final boolean inverted;
    private long count;

    NthState(final StateSpec.Nth spec) {
        this.last = spec.every() - 1;
        this.inverted = spec.inverted();
        this.count = last - spec.packet();
    }

    @Override
    public int test(final PacketView packet) {
        count = count == last ? 0 : count + 1;
        return count == 0 ^ inverted ? HIT : MISS;
    }
}
