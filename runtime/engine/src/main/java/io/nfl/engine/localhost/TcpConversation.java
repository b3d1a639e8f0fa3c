// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.localhost;

import java.util.OptionalLong;

/** One stream of the host: no more of RFC 9293 than opening, acknowledging and ending it. */
final class TcpConversation {
    /** States that matter here. */
    enum State {
        SYN_SENT,
        SYN_RECEIVED,
        ESTABLISHED,
        CLOSE_WAIT
    }

    final SocketOwner owner;
    State state;
    /** The next sequence number of ours. */
    int nextSequence;
    /** The next sequence number that we expect. */
    int expected;
    /** The options of both sides. */
    TcpOffer offer;
    /** Whether it came to a listener, and is no socket yet ({@code struct request_sock}). */
    boolean requested;
    /** When it last repeated itself to a peer out of step, in nanoseconds. */
    OptionalLong repeated = OptionalLong.empty();
    /** How many bytes we take at once. */
    int window;

    private TcpConversation(
            final State state,
            final int nextSequence,
            final int expected,
            final TcpOffer offer,
            final SocketOwner owner) {
        this.state = state;
        this.nextSequence = nextSequence;
        this.expected = expected;
        this.offer = offer;
        this.owner = owner;
    }

    static TcpConversation connecting(final int nextSequence, final int window, final SocketOwner owner) {
        final TcpConversation made = new TcpConversation(State.SYN_SENT, nextSequence, 0, TcpOffer.OWN, owner);
        made.window = window;
        return made;
    }

    static TcpConversation requested(final int nextSequence, final int expected, final TcpOffer offer) {
        final TcpConversation made =
                new TcpConversation(State.SYN_RECEIVED, nextSequence, expected, offer, SocketOwner.ROOT);
        made.requested = true;
        return made;
    }

    boolean isOpening() {
        return state == State.SYN_SENT || state == State.SYN_RECEIVED;
    }
}
