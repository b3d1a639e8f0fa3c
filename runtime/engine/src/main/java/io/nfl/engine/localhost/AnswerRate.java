// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.localhost;

import io.nfl.api.host.Device;
import io.nfl.api.host.Route;
import io.nfl.api.net.Family;
import io.nfl.api.packet.IcmpHeader;
import io.nfl.engine.clock.Clock;

/**
 * How often a host is told something by ICMP: {@code net.ipv4.icmp_ratelimit} and {@code net.ipv6.icmp.ratelimit}
 * ({@code icmpv4_xrlim_allow}, {@code icmpv6_xrlim_allow}), for the types that the masks name. Six at once, then one
 * for each time that the limit gives. What lo is on either side of is not limited. The limit on all answers together,
 * {@code icmp_msgs_per_sec}, takes a random share for each and is not followed.
 */
public final class AnswerRate {
    /** {@code XRLIM_BURST_FACTOR}. */
    private static final int BURST = 6;

    private static final long NANOS_PER_MILLI = 1_000_000L;

    private final Clock clock;
    private final Peers peers;
    private final HostSettings settings;

    public AnswerRate(final Clock clock, final Peers peers, final HostSettings settings) {
        this.clock = clock;
        this.peers = peers;
        this.settings = settings;
    }

    /** Whether an answer of this type may go; takes its share of the time saved up for whom it is for. */
    boolean allows(final Carrier cause, final Carrier answer, final int type, final int code) {
        final boolean v4 = cause.packet().family() == Family.IPV4;
        final long limit = v4 ? settings.ratelimit() : settings.ratelimitV6();
        if (limit == 0
                || !(v4 ? isLimited(type, code) : settings.ratemaskV6().get(type))
                || isFromLoopback(cause, v4)
                || answer.route().device().equals(Device.LOOPBACK)) {
            return true;
        }
        final long cost = limit * NANOS_PER_MILLI >> (v4 ? 0 : widePrefix(answer));
        return peers.sender(cause.packet()).take(clock.nanos(), cost, BURST * cost);
    }

    /** {@code icmpv4_mask_allow}. */
    private boolean isLimited(final int type, final int code) {
        final boolean pathMtu = type == IcmpHeader.DESTINATION_UNREACHABLE && code == IcmpHeader.FRAGMENTATION_NEEDED;
        return type <= IcmpHeader.MAX_TYPE && !pathMtu && (settings.ratemask() & 1 << type) != 0;
    }

    /** What this host sends has no device in OUTPUT; {@code nf_send_unreach6} says lo then. */
    private static boolean isFromLoopback(final Carrier cause, final boolean v4) {
        final String in = cause.packet().in();
        return in.equals(Device.LOOPBACK) || !v4 && in.isEmpty();
    }

    /** The wider the route's prefix, the more a sender behind it is told. */
    private static int widePrefix(final Carrier answer) {
        final Route route = answer.route().route();
        return route == null ? 0 : Family.IPV6.bits() - route.destination().length() >> 5;
    }
}
