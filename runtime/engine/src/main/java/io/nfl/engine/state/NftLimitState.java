// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.state;

import io.nfl.api.classify.RuleState;
import io.nfl.api.classify.StateSpec;
import io.nfl.api.packet.PacketView;
import io.nfl.engine.clock.Clock;

/** net/netfilter/nft_limit.c, which iptables-nft makes of {@code -m limit}: a bucket that fills in nanoseconds. */
final class NftLimitState implements RuleState {
    private final Clock clock;
    private final long cost;
    private final long most;
    private long tokens;
    private long last;

    NftLimitState(final StateSpec.Limit spec, final Clock clock) {
        this.clock = clock;
        this.cost = spec.periodSeconds() * Clock.NANOS_PER_SECOND / spec.count();
        this.most = cost * spec.burst();
        this.tokens = most;
        this.last = clock.nanos();
    }

    @Override
    public int test(final PacketView packet) {
        final long now = clock.nanos();
        tokens = Math.min(most, tokens + now - last);
        last = now;
        if (tokens < cost) {
            return MISS;
        }
        tokens -= cost;
        return HIT;
    }
}
