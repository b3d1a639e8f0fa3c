// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.state;

import io.nfl.api.classify.RuleState;
import io.nfl.api.classify.StateSpec;
import io.nfl.api.packet.PacketView;
import io.nfl.engine.clock.Clock;

/** net/netfilter/xt_limit.c: a token bucket whose credits are 32 bits and fall in jiffies. */
final class LimitState implements RuleState {
    /** {@code XT_LIMIT_SCALE}. */
    private static final long SCALE = 10_000;

    private static final long UINT_MAX = 0xFFFF_FFFFL;

    private final Clock clock;
    private final int hz;
    private final long creditsPerJiffy;
    private final long cost;
    private final long cap;
    private long credit;
    private long previous;

    LimitState(final StateSpec.Limit spec, final Clock clock, final int hz) {
        this.clock = clock;
        this.hz = hz;
        this.creditsPerJiffy = Long.highestOneBit(UINT_MAX / (hz * 86_400L));
        final long average = SCALE * spec.periodSeconds() / spec.count();
        this.cost = credits(average);
        this.cap = credits(average * spec.burst() & UINT_MAX);
        this.credit = cap;
        this.previous = clock.jiffies(hz);
    }

    /** {@code user2credits}: divides first where the product would not fit 32 bits. */
    private long credits(final long user) {
        final long perSecond = hz * creditsPerJiffy;
        return user > UINT_MAX / perSecond ? user / SCALE * perSecond & UINT_MAX : user * perSecond / SCALE;
    }

    @Override
    public int test(final PacketView packet) {
        final long now = clock.jiffies(hz);
        credit = Math.min(cap, credit + ((now - previous) * creditsPerJiffy & UINT_MAX));
        previous = now;
        if (cost > credit) {
            return MISS;
        }
        credit -= cost;
        return HIT;
    }
}
