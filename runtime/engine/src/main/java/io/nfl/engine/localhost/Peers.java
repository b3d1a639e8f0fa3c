// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.localhost;

import java.util.HashMap;
import java.util.Map;

/** What the host remembers of IPv4 senders it has told something (net/ipv4/inetpeer.c). NOT thread safe. */
public final class Peers {
    private final Map<Integer, Peer> peers = new HashMap<>();

    /** One sender. Redirects and routing errors share its time. */
    static final class Peer {
        /** Whether it was ever told anything: until then its bucket counts as full. */
        boolean known;
        /** Time saved up, in nanoseconds. */
        long tokens;
        /** When it was told last, in nanoseconds. */
        long last;

        int redirects;
    }

    Peer of(final int ipv4Source) {
        return peers.computeIfAbsent(ipv4Source, address -> new Peer());
    }
}
