// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.conntrack;

import io.nfl.api.net.Hook;
import io.nfl.api.net.IpProtocol;
import io.nfl.api.net.TcpFlags;
import io.nfl.api.packet.TcpHeader;
import io.nfl.engine.clock.Clock;
import io.nfl.engine.packet.Packet;

/** net/netfilter/nf_conntrack_proto_tcp.c of Linux 6.18. NOT thread safe. */
final class TcpTracker implements Tracker {
    /** What the transition says before the window is looked at. */
    private enum Decision {
        CHECK_WINDOW,
        IN_WINDOW,
        PASS,
        INVALID,
        REOPEN
    }

    /** Flags that may stand together, after PSH, ECE and CWR are taken away ({@code tcp_valid_flags}). */
    private static final long VALID_FLAGS = set(
            TcpFlags.SYN,
            TcpFlags.SYN | TcpFlags.URG,
            TcpFlags.SYN | TcpFlags.ACK,
            TcpFlags.RST,
            TcpFlags.RST | TcpFlags.ACK,
            TcpFlags.FIN | TcpFlags.ACK,
            TcpFlags.FIN | TcpFlags.ACK | TcpFlags.URG,
            TcpFlags.ACK,
            TcpFlags.ACK | TcpFlags.URG);

    private static final int ALWAYS_VALID = TcpFlags.ECE | TcpFlags.CWR | TcpFlags.PSH;
    /** {@code nf_tcp_handle_invalid} leaves shorter timeouts alone. */
    private static final long SHRINK_OVER = 120 * Clock.NANOS_PER_SECOND;

    private static final ConntrackSysctl[] TIMEOUTS = {
        // NONE has no timeout of its own: a packet always leads out of it.
        ConntrackSysctl.TCP_TIMEOUT_SYN_SENT,
        ConntrackSysctl.TCP_TIMEOUT_SYN_SENT,
        ConntrackSysctl.TCP_TIMEOUT_SYN_RECV,
        ConntrackSysctl.TCP_TIMEOUT_ESTABLISHED,
        ConntrackSysctl.TCP_TIMEOUT_FIN_WAIT,
        ConntrackSysctl.TCP_TIMEOUT_CLOSE_WAIT,
        ConntrackSysctl.TCP_TIMEOUT_LAST_ACK,
        ConntrackSysctl.TCP_TIMEOUT_TIME_WAIT,
        ConntrackSysctl.TCP_TIMEOUT_CLOSE,
        // SYN_SENT2 has no sysctl of its own.
        ConntrackSysctl.TCP_TIMEOUT_SYN_SENT
    };

    private final ConnectionTable table;
    private final ConntrackSettings settings;
    private final TransportChecksum checksum;
    private final TcpWindow window;
    private int oldState;
    private int newState;

    TcpTracker(final ConnectionTable table, final ConntrackSettings settings, final TransportChecksum checksum) {
        this.table = table;
        this.settings = settings;
        this.checksum = checksum;
        this.window = new TcpWindow(settings);
    }

    private static long set(final int... flags) {
        long set = 0;
        for (final int combination : flags) {
            set |= 1L << combination;
        }
        return set;
    }

    @Override
    public boolean allowsClash() {
        return false;
    }

    @Override
    public int packet(final Connection connection, final Packet packet, final int ctInfo, final Hook hook) {
        if (!TcpHeader.fits(packet) || isBroken(packet, hook)) {
            return INVALID;
        }
        final TcpState tcp = connection.tcpState();
        if (!connection.isConfirmed() && !begin(tcp, packet)) {
            return INVALID;
        }
        final int direction = CtInfo.direction(ctInfo);
        final int segment = TcpTransitions.segment(TcpHeader.flags(packet));
        oldState = tcp.state;
        newState = TcpTransitions.next(direction, segment, oldState);
        final Decision decision = decide(connection, tcp, direction, segment, packet);
        return switch (decision) {
            case PASS -> ACCEPT;
            case INVALID -> INVALID;
            case REOPEN -> {
                table.delete(connection);
                yield REPEAT;
            }
            case IN_WINDOW -> accept(connection, tcp, direction, segment);
            case CHECK_WINDOW ->
                switch (window.check(tcp, direction, segment, packet)) {
                    case TcpWindow.ACCEPT -> accept(connection, tcp, direction, segment);
                    case TcpWindow.IGNORE -> ACCEPT;
                    default -> {
                        shrink(connection, tcp, direction, segment);
                        yield INVALID;
                    }
                };
        };
    }

    /** {@code tcp_error}. */
    private boolean isBroken(final Packet packet, final Hook hook) {
        final int header = TcpHeader.length(packet);
        return header < TcpHeader.MIN_LENGTH
                || packet.transportBytes() < header
                || checksum.isBad(packet, IpProtocol.TCP, hook)
                || (VALID_FLAGS >>> (TcpHeader.flags(packet) & ~ALWAYS_VALID) & 1) == 0;
    }

    /** {@code tcp_new}. @return false where no connection begins like this */
    private boolean begin(final TcpState tcp, final Packet packet) {
        final int state = TcpTransitions.next(0, TcpTransitions.segment(TcpHeader.flags(packet)), TcpTransitions.NONE);
        final boolean syn = state == TcpTransitions.SYN_SENT;
        if (state >= TcpTransitions.INVALID || !syn && !settings.on(ConntrackSysctl.TCP_LOOSE)) {
            return false;
        }
        tcp.clear();
        final TcpState.Side sender = tcp.seen[0];
        sender.end = TcpWindow.end(packet);
        sender.maxWindow = Math.max(1, TcpWindow.window(packet));
        if (syn) {
            sender.maxEnd = sender.end;
            TcpOptionList.read(packet, sender);
        } else {
            sender.maxEnd = sender.end + sender.maxWindow;
            tcp.seen[0].flags = TcpState.SACK_PERMITTED | TcpState.BE_LIBERAL;
            tcp.seen[1].flags = TcpState.SACK_PERMITTED | TcpState.BE_LIBERAL;
        }
        return true;
    }

    private Decision decide(
            final Connection connection,
            final TcpState tcp,
            final int direction,
            final int segment,
            final Packet packet) {
        return switch (newState) {
            case TcpTransitions.SYN_SENT ->
                oldState < TcpTransitions.TIME_WAIT
                        ? Decision.CHECK_WINDOW
                        : mayReopen(tcp, direction) ? Decision.REOPEN : ignore(tcp, direction, segment, packet);
            case TcpTransitions.IGNORE -> ignore(tcp, direction, segment, packet);
            case TcpTransitions.INVALID -> Decision.INVALID;
            case TcpTransitions.TIME_WAIT ->
                isChallengeAck(tcp, direction, segment) ? Decision.PASS : Decision.CHECK_WINDOW;
            case TcpTransitions.SYN_SENT2 -> {
                tcp.lastFlags |= TcpState.SIMULTANEOUS_OPEN;
                yield Decision.CHECK_WINDOW;
            }
            case TcpTransitions.SYN_RECV -> {
                if (direction == 1
                        && segment == TcpTransitions.ACK_SEGMENT
                        && (tcp.lastFlags & TcpState.SIMULTANEOUS_OPEN) != 0) {
                    newState = TcpTransitions.ESTABLISHED;
                }
                yield Decision.CHECK_WINDOW;
            }
            case TcpTransitions.CLOSE ->
                segment == TcpTransitions.RST_SEGMENT
                        ? reset(connection, tcp, direction, packet)
                        : Decision.CHECK_WINDOW;
            default -> Decision.CHECK_WINDOW;
        };
    }

    /** A SYN on a closed connection begins a new one where one side had closed properly or was reset by itself. */
    private static boolean mayReopen(final TcpState tcp, final int direction) {
        return tcp.seen[0].has(TcpState.CLOSE_INIT)
                || tcp.seen[1].has(TcpState.CLOSE_INIT)
                || tcp.lastDirection == direction && tcp.lastSegment == TcpTransitions.RST_SEGMENT;
    }

    /** The segment may signal the real connection of both ends while ours is out of step: it passes, remembered. */
    private Decision ignore(final TcpState tcp, final int direction, final int segment, final Packet packet) {
        if (segment == TcpTransitions.SYN_ACK_SEGMENT
                && tcp.lastSegment == TcpTransitions.SYN_SEGMENT
                && tcp.lastDirection != direction
                && TcpHeader.acknowledgement(packet) == tcp.lastEnd) {
            resynchronise(tcp, direction);
            return Decision.CHECK_WINDOW;
        }
        tcp.lastSegment = segment;
        tcp.lastDirection = direction;
        tcp.lastSequence = TcpHeader.sequence(packet);
        tcp.lastEnd = TcpWindow.end(packet);
        tcp.lastWindow = TcpWindow.window(packet);
        if (segment == TcpTransitions.SYN_SEGMENT && direction == 0) {
            final TcpState.Side offered = new TcpState.Side();
            TcpOptionList.read(packet, offered);
            tcp.lastFlags = offered.flags & (TcpState.WINDOW_SCALE | TcpState.SACK_PERMITTED);
            tcp.lastScale = offered.has(TcpState.WINDOW_SCALE) ? offered.scale : 0;
            if (oldState == TcpTransitions.LAST_ACK) {
                tcp.lastFlags |= TcpState.EXPECT_CHALLENGE_ACK;
            }
        }
        if (oldState == TcpTransitions.SYN_SENT && segment == TcpTransitions.ACK_SEGMENT && direction == 1) {
            tcp.lastAck = TcpHeader.acknowledgement(packet);
        }
        return Decision.PASS;
    }

    /** The SYN-ACK answers a SYN that was let through: both ends are in step, and so are we from now on. */
    private void resynchronise(final TcpState tcp, final int direction) {
        oldState = TcpTransitions.SYN_SENT;
        newState = TcpTransitions.SYN_RECV;
        final TcpState.Side other = tcp.seen[tcp.lastDirection];
        other.end = tcp.lastEnd;
        other.maxEnd = tcp.lastEnd;
        other.maxWindow = Math.max(1, tcp.lastWindow);
        other.scale = tcp.lastScale;
        tcp.lastFlags &= ~TcpState.EXPECT_CHALLENGE_ACK;
        other.flags = tcp.lastFlags;
        tcp.seen[direction].reset();
    }

    /** RFC 5961: an ACK that answers a SYN let through in LAST_ACK does not acknowledge the last FIN. */
    private boolean isChallengeAck(final TcpState tcp, final int direction, final int segment) {
        if (oldState == TcpTransitions.LAST_ACK
                && segment == TcpTransitions.ACK_SEGMENT
                && tcp.lastDirection != direction
                && tcp.lastSegment == TcpTransitions.SYN_SEGMENT
                && (tcp.lastFlags & TcpState.EXPECT_CHALLENGE_ACK) != 0) {
            tcp.lastFlags &= ~TcpState.EXPECT_CHALLENGE_ACK;
            return true;
        }
        return false;
    }

    /** A RST that would close the connection. */
    private Decision reset(final Connection connection, final TcpState tcp, final int direction, final Packet packet) {
        if (TcpTransitions.closing(tcp.state)) {
            return Decision.IN_WINDOW;
        }
        final TcpState.Side other = tcp.seen[1 - direction];
        final int sequence = TcpHeader.sequence(packet);
        if (other.has(TcpState.MAX_ACK_SET) && tcp.lastSegment != TcpTransitions.SYN_SEGMENT) {
            final boolean established =
                    tcp.state == TcpTransitions.ESTABLISHED && connection.is(ConnectionStatus.ASSURED);
            if (sequence == 0 && !established) {
                return Decision.CHECK_WINDOW;
            }
            if (TcpWindow.before(sequence, other.maxAck) && !settings.on(ConntrackSysctl.TCP_IGNORE_INVALID_RST)) {
                return Decision.INVALID;
            }
            final boolean followsData = tcp.lastSegment == TcpTransitions.ACK_SEGMENT
                    && tcp.lastDirection == direction
                    && sequence == tcp.lastEnd;
            if (!established || sequence == other.maxAck || followsData) {
                return Decision.CHECK_WINDOW;
            }
            // Not the exact number: the receiver may answer with a challenge ACK and go on.
            newState = oldState;
        }
        final boolean answersSyn = connection.is(ConnectionStatus.SEEN_REPLY)
                && tcp.lastSegment == TcpTransitions.SYN_SEGMENT
                && tcp.lastDirection != direction;
        final boolean answersAck =
                !connection.is(ConnectionStatus.ASSURED) && tcp.lastSegment == TcpTransitions.ACK_SEGMENT;
        if ((answersSyn || answersAck) && TcpHeader.acknowledgement(packet) == tcp.lastEnd) {
            return Decision.IN_WINDOW;
        }
        final boolean answersChallenge = oldState == TcpTransitions.SYN_SENT
                && tcp.lastSegment == TcpTransitions.ACK_SEGMENT
                && tcp.lastDirection == 1
                && sequence == tcp.lastAck;
        return answersChallenge ? Decision.IN_WINDOW : Decision.CHECK_WINDOW;
    }

    /** From here on the segment is in window. */
    private int accept(final Connection connection, final TcpState tcp, final int direction, final int segment) {
        tcp.lastSegment = segment;
        tcp.lastDirection = direction;
        tcp.state = newState;
        if (oldState != newState && newState == TcpTransitions.FIN_WAIT) {
            tcp.seen[direction].flags |= TcpState.CLOSE_INIT;
        }
        final int timeout = timeout(tcp, segment);
        if (!connection.is(ConnectionStatus.SEEN_REPLY)) {
            return acceptUnreplied(connection, segment, timeout);
        }
        if (newState == TcpTransitions.ESTABLISHED
                && (oldState == TcpTransitions.SYN_RECV || oldState == TcpTransitions.ESTABLISHED)) {
            connection.add(ConnectionStatus.ASSURED);
        }
        table.refresh(connection, timeout);
        return ACCEPT;
    }

    private int acceptUnreplied(final Connection connection, final int segment, final int timeout) {
        if (segment == TcpTransitions.RST_SEGMENT) {
            table.delete(connection);
            return ACCEPT;
        }
        // A repeated SYN must not keep the entry, and its translation, alive.
        if (segment == TcpTransitions.SYN_SEGMENT && oldState == TcpTransitions.SYN_SENT) {
            return ACCEPT;
        }
        final boolean pickedUp = newState == TcpTransitions.ESTABLISHED;
        table.refresh(
                connection,
                pickedUp ? Math.min(timeout, settings.get(ConntrackSysctl.TCP_TIMEOUT_UNACKNOWLEDGED)) : timeout);
        return ACCEPT;
    }

    private int timeout(final TcpState tcp, final int segment) {
        final int ofState = settings.get(TIMEOUTS[newState]);
        final int retransmission = settings.get(ConntrackSysctl.TCP_TIMEOUT_MAX_RETRANS);
        final int unacknowledged = settings.get(ConntrackSysctl.TCP_TIMEOUT_UNACKNOWLEDGED);
        if (tcp.retransmissions >= settings.get(ConntrackSysctl.TCP_MAX_RETRANS) && ofState > retransmission) {
            return retransmission;
        }
        // 6.18; 6.12 took UNACKNOWLEDGED where the state stays ESTABLISHED.
        if (segment == TcpTransitions.RST_SEGMENT) {
            return settings.get(ConntrackSysctl.TCP_TIMEOUT_CLOSE);
        }
        if (((tcp.seen[0].flags | tcp.seen[1].flags) & TcpState.DATA_UNACKNOWLEDGED) != 0 && ofState > unacknowledged) {
            return unacknowledged;
        }
        return tcp.lastWindow == 0 && ofState > retransmission ? retransmission : ofState;
    }

    /** {@code nf_tcp_handle_invalid}: FINs or RSTs of both sides, out of window, mean that we are out of step. */
    private void shrink(final Connection connection, final TcpState tcp, final int direction, final int segment) {
        if (!connection.is(ConnectionStatus.ASSURED)
                || connection.is(ConnectionStatus.FIXED_TIMEOUT)
                || !isEnd(segment)) {
            return;
        }
        if (tcp.lastDirection == direction || !isEnd(tcp.lastSegment)) {
            tcp.lastSegment = segment;
            tcp.lastDirection = direction;
            return;
        }
        final int unacknowledged = settings.get(ConntrackSysctl.TCP_TIMEOUT_UNACKNOWLEDGED);
        final long remaining = table.remaining(connection);
        if (remaining >= SHRINK_OVER && remaining > unacknowledged * Clock.NANOS_PER_SECOND) {
            table.refresh(connection, unacknowledged);
        }
    }

    private static boolean isEnd(final int segment) {
        return segment == TcpTransitions.RST_SEGMENT || segment == TcpTransitions.FIN_SEGMENT;
    }

    /** {@code nf_conntrack_tcp_set_closing}: a REJECT answered with a RST. */
    void setClosing(final Connection connection) {
        final TcpState tcp = connection.tcpState();
        if (!connection.isConfirmed()) {
            return;
        }
        final int old = tcp.state;
        tcp.state = TcpTransitions.CLOSE;
        if (old != TcpTransitions.CLOSE) {
            table.refresh(connection, settings.get(ConntrackSysctl.TCP_TIMEOUT_CLOSE));
        }
    }
}
