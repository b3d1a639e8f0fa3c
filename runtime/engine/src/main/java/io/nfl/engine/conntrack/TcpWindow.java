// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.conntrack;

import io.nfl.api.net.TcpFlags;
import io.nfl.api.packet.TcpHeader;
import io.nfl.engine.packet.Packet;

/**
 * Window tracking: {@code tcp_in_window} of nf_conntrack_proto_tcp.c, after "Real Stateful TCP Packet Filtering in IP
 * Filter" (Guido van Rooij). All sequence numbers are modulo 2^32. NOT thread safe.
 */
final class TcpWindow {
    /** The segment may move the connection on. */
    static final int ACCEPT = 1;
    /** The segment passes, the connection stays as it is. */
    static final int IGNORE = 2;

    static final int INVALID = 3;

    /** {@code MAXACKWINCONST}. */
    private static final int MAX_ACK_WINDOW = 66_000;

    private final ConntrackSettings settings;
    private int sequence;
    private int ack;
    private int sack;
    private int end;

    TcpWindow(final ConntrackSettings settings) {
        this.settings = settings;
    }

    static boolean before(final int a, final int b) {
        return a - b < 0;
    }

    static boolean after(final int a, final int b) {
        return b - a < 0;
    }

    /** {@code segment_seq_plus_len}. */
    static int end(final Packet packet) {
        final int flags = TcpHeader.flags(packet);
        return TcpHeader.sequence(packet)
                + packet.transportBytes()
                - TcpHeader.length(packet)
                + ((flags & TcpFlags.SYN) != 0 ? 1 : 0)
                + ((flags & TcpFlags.FIN) != 0 ? 1 : 0);
    }

    static int window(final Packet packet) {
        return packet.shortAt(packet.transportOffset() + TcpHeader.WINDOW);
    }

    /** @param segment kind of {@link TcpTransitions} */
    int check(final TcpState tcp, final int direction, final int segment, final Packet packet) {
        final TcpState.Side sender = tcp.seen[direction];
        final TcpState.Side receiver = tcp.seen[1 - direction];
        final int flags = TcpHeader.flags(packet);
        final int window = window(packet);
        sequence = TcpHeader.sequence(packet);
        ack = TcpHeader.acknowledgement(packet);
        end = end(packet);
        sack = receiver.has(TcpState.SACK_PERMITTED) ? TcpOptionList.highestSack(packet, ack) : ack;
        if (startsOver(tcp, direction, packet)) {
            return ACCEPT;
        }
        final boolean acknowledges = (flags & TcpFlags.ACK) != 0;
        if (!acknowledges || (flags & TcpFlags.RST) != 0 && ack == 0) {
            ack = receiver.end;
            sack = receiver.end;
        }
        if ((flags & TcpFlags.RST) != 0 && sequence == 0 && tcp.state == TcpTransitions.SYN_SENT) {
            sequence = sender.end;
            end = sender.end;
        }
        final int bounds = bounds(sender, receiver);
        if (bounds != ACCEPT) {
            return bounds;
        }
        if (boundsAccepted) {
            update(sender, receiver, (flags & TcpFlags.SYN) != 0 ? window : window << sender.scale, acknowledges);
            if (segment == TcpTransitions.ACK_SEGMENT) {
                countRetransmission(tcp, direction, window);
            }
        }
        return ACCEPT;
    }

    /** First segment of a side, or a SYN that begins anew. @return whether it is accepted at once */
    private boolean startsOver(final TcpState tcp, final int direction, final Packet packet) {
        final TcpState.Side sender = tcp.seen[direction];
        final TcpState.Side receiver = tcp.seen[1 - direction];
        final int flags = TcpHeader.flags(packet);
        final boolean syn = (flags & TcpFlags.SYN) != 0;
        if (sender.maxWindow == 0) {
            if (syn) {
                init(sender, receiver, packet, direction);
                return (flags & TcpFlags.ACK) == 0;
            }
            pickUp(sender, receiver, window(packet));
            return false;
        }
        if (syn
                && after(end, sender.end)
                && (tcp.state == TcpTransitions.SYN_SENT || tcp.state == TcpTransitions.SYN_RECV)) {
            init(sender, receiver, packet, direction);
            return direction == 1 && (flags & TcpFlags.ACK) == 0;
        }
        return false;
    }

    /** {@code tcp_init_sender}. */
    private void init(
            final TcpState.Side sender, final TcpState.Side receiver, final Packet packet, final int direction) {
        sender.end = end;
        sender.maxEnd = end;
        sender.maxWindow = Math.max(1, window(packet));
        TcpOptionList.read(packet, sender);
        // RFC 7323: scaling holds only where both sides offered it.
        if (direction == 1 && !(sender.has(TcpState.WINDOW_SCALE) && receiver.has(TcpState.WINDOW_SCALE))) {
            sender.scale = 0;
            receiver.scale = 0;
        }
    }

    /** The middle of a connection whose history is lost. */
    private void pickUp(final TcpState.Side sender, final TcpState.Side receiver, final int window) {
        final int scaled = window << sender.scale;
        sender.end = end;
        sender.maxWindow = scaled == 0 ? 1 : scaled;
        sender.maxEnd = end + sender.maxWindow;
        if (receiver.maxWindow == 0) {
            receiver.end = sack;
            receiver.maxEnd = sack;
        } else if (sack == receiver.end + 1) {
            receiver.end++;
        }
    }

    /** Set by {@link #bounds}: false where only liberality let the segment pass, which updates nothing. */
    private boolean boundsAccepted;

    private int bounds(final TcpState.Side sender, final TcpState.Side receiver) {
        boundsAccepted = true;
        final int ackFloor = receiver.end - ackWindow(sender) - 1;
        final int endFloor = sender.end - receiver.maxWindow - 1;
        if (!before(sequence, sender.maxEnd + 1)) {
            final int overshot = end - sender.maxEnd + 1;
            if (receiver.maxWindow != 0
                    && after(end, endFloor)
                    && after(sack, ackFloor)
                    && Integer.compareUnsigned(overshot, receiver.maxWindow) <= 0
                    && before(sack, receiver.end + 1)) {
                // The peer sent more than the window allows; a later acknowledgement of it must be known.
                sender.end = end;
                sender.flags |= TcpState.DATA_UNACKNOWLEDGED;
                return outside(sender, IGNORE);
            }
            return outside(sender, INVALID);
        }
        if (!before(sack, receiver.end + 1)) {
            return outside(sender, INVALID);
        }
        if (receiver.maxWindow != 0 && !after(end, endFloor)) {
            return outside(sender, IGNORE);
        }
        return after(sack, ackFloor) ? ACCEPT : outside(sender, IGNORE);
    }

    /** {@code MAXACKWINDOW}. */
    private static int ackWindow(final TcpState.Side sender) {
        return Integer.compareUnsigned(sender.maxWindow, MAX_ACK_WINDOW) > 0 ? sender.maxWindow : MAX_ACK_WINDOW;
    }

    /** {@code nf_tcp_store_invalid}. */
    private int outside(final TcpState.Side sender, final int result) {
        boundsAccepted = false;
        return sender.has(TcpState.BE_LIBERAL) || settings.on(ConntrackSysctl.TCP_BE_LIBERAL) ? ACCEPT : result;
    }

    private void update(
            final TcpState.Side sender, final TcpState.Side receiver, final int window, final boolean acknowledges) {
        final int sent = window + (sack - ack);
        if (Integer.compareUnsigned(sender.maxWindow, sent) < 0) {
            sender.maxWindow = sent;
        }
        if (after(end, sender.end)) {
            sender.end = end;
            sender.flags |= TcpState.DATA_UNACKNOWLEDGED;
        }
        if (acknowledges && (!sender.has(TcpState.MAX_ACK_SET) || after(ack, sender.maxAck))) {
            sender.maxAck = ack;
            sender.flags |= TcpState.MAX_ACK_SET;
        }
        if (receiver.maxWindow != 0 && after(end, sender.maxEnd)) {
            receiver.maxWindow += end - sender.maxEnd;
        }
        if (after(sack + window, receiver.maxEnd - 1)) {
            receiver.maxEnd = sack + window + (window == 0 ? 1 : 0);
        }
        if (ack == receiver.end) {
            receiver.flags &= ~TcpState.DATA_UNACKNOWLEDGED;
        }
    }

    private void countRetransmission(final TcpState tcp, final int direction, final int window) {
        if (tcp.lastDirection == direction
                && tcp.lastSequence == sequence
                && tcp.lastAck == ack
                && tcp.lastEnd == end
                && tcp.lastWindow == window) {
            tcp.retransmissions++;
            return;
        }
        tcp.lastDirection = direction;
        tcp.lastSequence = sequence;
        tcp.lastAck = ack;
        tcp.lastEnd = end;
        tcp.lastWindow = window;
        tcp.retransmissions = 0;
    }
}
