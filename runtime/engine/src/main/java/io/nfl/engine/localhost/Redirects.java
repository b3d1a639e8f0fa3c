// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.localhost;

import io.nfl.api.packet.IcmpHeader;
import io.nfl.engine.clock.Clock;
import io.nfl.engine.packet.Packet;

/**
 * ICMP redirects, fewer and fewer to a sender that does not listen (net/ipv4/route.c {@code ip_rt_send_redirect}).
 * Sends none after nine until the sender was silent for a while.
 */
public final class Redirects {
    private static final int MOST = 9;
    /** {@code ip_rt_redirect_load}, a fiftieth of a second. */
    private static final long LOAD = Clock.NANOS_PER_SECOND / 50;

    private static final long SILENCE = LOAD << MOST + 1;

    private final IcmpErrors errors;
    private final Clock clock;
    private final Peers peers;

    public Redirects(final IcmpErrors errors, final Clock clock, final Peers peers) {
        this.errors = errors;
        this.clock = clock;
        this.peers = peers;
    }

    public void send(final Carrier cause) {
        final Packet packet = cause.packet();
        final Peers.Peer sender = peers.sender(packet);
        final long now = clock.nanos();
        if (now > sender.last + SILENCE) {
            sender.tokens = 0;
            sender.redirects = 0;
        }
        if (sender.redirects >= MOST) {
            sender.last = now;
            return;
        }
        if (sender.redirects == 0 || now > sender.last + (LOAD << sender.redirects)) {
            final int gateway =
                    cause.route().hasGateway() ? (int) cause.route().nextHopLow() : packet.ipv4Destination();
            errors.send(cause, IcmpHeader.REDIRECT, IcmpHeader.REDIRECT_HOST, gateway);
            sender.last = now;
            sender.redirects++;
        }
    }
}
