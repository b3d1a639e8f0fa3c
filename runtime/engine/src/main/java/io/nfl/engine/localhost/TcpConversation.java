// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.localhost;

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
    /** Whether the peer sends timestamps. */
    boolean timestamps;
    /** Whether the peer lets windows be scaled. */
    boolean scaled;
    /** How many bytes we take at once. */
    int window;

    private TcpConversation(final State state, final int nextSequence, final int expected, final SocketOwner owner) {
        this.state = state;
        this.nextSequence = nextSequence;
        this.expected = expected;
        this.owner = owner;
    }

    static TcpConversation connecting(final int nextSequence, final int window, final SocketOwner owner) {
        final TcpConversation made = new TcpConversation(State.SYN_SENT, nextSequence, 0, owner);
        made.window = window;
        return made;
    }

    static TcpConversation accepted(final int nextSequence, final int expected) {
        return new TcpConversation(State.SYN_RECEIVED, nextSequence, expected, SocketOwner.ROOT);
    }

    boolean isOpening() {
        return state == State.SYN_SENT || state == State.SYN_RECEIVED;
    }
}
