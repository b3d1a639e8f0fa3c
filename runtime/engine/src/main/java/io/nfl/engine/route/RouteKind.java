// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.route;

/** What becomes of a packet by the routing decision. */
public enum RouteKind {
    /** Nothing was looked up yet. */
    NONE,
    /** To this host: {@code ip_local_deliver}, {@code ip6_input}. */
    LOCAL,
    /** Through this host: {@code ip_forward}, {@code ip6_forward}. */
    FORWARD,
    /** From this host. */
    OUTPUT,
    /** No way there: {@code ip_error}, {@code ip6_pkt_discard}; {@link RouteResult#icmpCode()} tells what to answer. */
    UNREACHABLE,
    /** Dropped in silence: a martian, a failed source validation, forwarding switched off. */
    DISCARD
}
