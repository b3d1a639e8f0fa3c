// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.localhost;

import io.nfl.engine.clock.Clock;
import java.util.HashMap;
import java.util.Map;

/**
 * How often a sender is told that routing has no way for its packets (net/ipv4/route.c {@code ip_error}): five times at
 * once, then once a second. The kernel has no switch for it; icmp_ratelimit is another limit.
 */
public final class UnreachableRate {
    /** {@code ip_rt_error_cost}. */
    private static final long COST = Clock.NANOS_PER_SECOND;
    /** {@code ip_rt_error_burst}. */
    private static final long BURST = 5 * COST;

    private final Clock clock;
    private final Map<Integer, Bucket> senders = new HashMap<>();

    /** Time saved up. */
    private static final class Bucket {
        long tokens = BURST;
        long last;
    }

    public UnreachableRate(final Clock clock) {
        this.clock = clock;
    }

    /** Takes one answer's worth if there is so much. */
    public boolean allows(final int ipv4Source) {
        final Bucket bucket = senders.computeIfAbsent(ipv4Source, address -> new Bucket());
        final long now = clock.nanos();
        bucket.tokens = Math.min(BURST, bucket.tokens + now - bucket.last);
        bucket.last = now;
        if (bucket.tokens < COST) {
            return false;
        }
        bucket.tokens -= COST;
        return true;
    }
}
