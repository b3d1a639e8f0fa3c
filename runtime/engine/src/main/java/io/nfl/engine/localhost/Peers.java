// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.localhost;

import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.engine.clock.Clock;
import io.nfl.engine.packet.Packet;
import java.util.HashMap;
import java.util.Map;

/** What the host remembers of those it has told something (net/ipv4/inetpeer.c). NOT thread safe. */
public final class Peers {
    /** So long ago a peer counts as told when it is first heard of. */
    private static final long AT_FIRST = 60 * Clock.NANOS_PER_SECOND;

    private final Clock clock;
    private final Map<IpAddress, Peer> peers = new HashMap<>();

    public Peers(final Clock clock) {
        this.clock = clock;
    }

    /** One host. Redirects, routing errors and ICMP's rate limit share its time. */
    static final class Peer {
        /** Time saved up, in nanoseconds. */
        long tokens;
        /** When it was told last, in nanoseconds. */
        long last;

        int redirects;

        Peer(final long last) {
            this.last = last;
        }

        /** {@code inet_peer_xrlim_allow}: takes one answer's worth of the time saved up, if there is so much. */
        boolean take(final long now, final long cost, final long most) {
            tokens = Math.min(most, tokens + now - last);
            last = now;
            if (tokens < cost) {
                return false;
            }
            tokens -= cost;
            return true;
        }
    }

    /** The sender of a packet: to whom answers go. */
    Peer sender(final Packet cause) {
        final IpAddress sender = cause.family() == Family.IPV4
                ? IpAddress.v4(cause.ipv4Source())
                : IpAddress.v6(cause.ipv6SourceHigh(), cause.ipv6SourceLow());
        return peers.computeIfAbsent(sender, address -> new Peer(clock.nanos() - AT_FIRST));
    }
}
