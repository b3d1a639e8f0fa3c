// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.state;

import io.nfl.api.classify.RuleState;
import io.nfl.api.classify.StateSpec;
import io.nfl.api.packet.PacketView;

/** net/netfilter/xt_quota.c: once a packet does not fit, no smaller one does either. */
final class QuotaState implements RuleState {
    private final boolean inverted;
    private long left;

    QuotaState(final StateSpec.Quota spec) {
        this.inverted = spec.inverted();
        this.left = spec.bytes();
    }

    @Override
    public int test(final PacketView packet) {
        final boolean fits = Long.compareUnsigned(left, packet.length()) >= 0;
        left = fits ? left - packet.length() : 0;
        return fits ^ inverted ? HIT : MISS;
    }
}
