// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.localhost;

import io.nfl.engine.clock.Clock;
import io.nfl.engine.packet.Packet;

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
    private final Peers peers;

    public UnreachableRate(final Clock clock, final Peers peers) {
        this.clock = clock;
        this.peers = peers;
    }

    /** Takes one answer's worth if there is so much. */
    public boolean allows(final Packet cause) {
        return peers.sender(cause).take(clock.nanos(), COST, BURST);
    }
}
