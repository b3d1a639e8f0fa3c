// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.localhost;

import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.api.net.IpProtocol;
import io.nfl.api.net.TcpFlags;
import io.nfl.api.packet.Ipv4Header;
import io.nfl.api.packet.Ipv6Header;
import io.nfl.api.packet.TcpHeader;
import io.nfl.engine.choice.Chooser;
import io.nfl.engine.clock.Clock;
import io.nfl.engine.packet.Checksum;
import io.nfl.engine.packet.HeaderWriter;
import io.nfl.engine.packet.Packet;
import io.nfl.engine.route.RouteError;
import io.nfl.engine.route.RouteKey;
import io.nfl.engine.route.Routing;
import java.util.OptionalLong;

/** Opens, acknowledges and ends the streams of the host's sockets (net/ipv4/tcp_input.c). */
public final class TcpConversations {
    private static final int SYN_ACK = TcpFlags.SYN | TcpFlags.ACK;

    /** {@code tcp_invalid_ratelimit}. */
    private static final long REPEAT_AFTER = Clock.NANOS_PER_SECOND / 2;

    private final Routing routing;
    private final LocalOutput output;
    private final Chooser chooser;
    private final HostSettings settings;
    private final TcpReset reset;
    private final Clock clock;

    public TcpConversations(
            final Routing routing,
            final LocalOutput output,
            final Chooser chooser,
            final HostSettings settings,
            final TcpReset reset,
            final Clock clock) {
        this.routing = routing;
        this.output = output;
        this.chooser = chooser;
        this.settings = settings;
        this.reset = reset;
        this.clock = clock;
    }

    /** Answers the SYN to a listener. */
    TcpConversation accept(final Carrier carrier, final Sockets.Peers peers) {
        final Packet syn = carrier.packet();
        final int sequence = chooser.sequenceNumber();
        final TcpConversation made =
                TcpConversation.requested(sequence + 1, TcpHeader.sequence(syn) + 1, TcpOffer.of(syn));
        send(peers, made, SYN_ACK, syn);
        return made;
    }

    /** @return false where a reset must answer the segment */
    boolean segment(
            final Carrier carrier,
            final Sockets.Peers peers,
            final TcpConversation conversation,
            final Sockets sockets) {
        final Packet packet = carrier.packet();
        final int flags = TcpHeader.flags(packet);
        final boolean ack = (flags & TcpFlags.ACK) != 0;
        final boolean acksOurs = TcpHeader.acknowledgement(packet) == conversation.nextSequence;
        if (conversation.state == TcpConversation.State.SYN_SENT) {
            return answered(packet, peers, conversation, sockets, flags, ack, acksOurs);
        }
        if (conversation.requested) {
            final Next next = requested(carrier, peers, conversation, sockets);
            if (next != Next.GO_ON) {
                return next == Next.TAKEN;
            }
            conversation.requested = false;
            conversation.state = TcpConversation.State.ESTABLISHED;
        }
        if ((flags & TcpFlags.RST) != 0) {
            if (TcpHeader.sequence(packet) == conversation.expected) {
                sockets.close(peers);
            }
            return true;
        }
        if (conversation.state == TcpConversation.State.SYN_RECEIVED) {
            if ((flags & TcpFlags.SYN) != 0) {
                if (mayRepeat(packet, conversation)) {
                    send(peers, conversation, TcpFlags.ACK, packet);
                }
                return true;
            }
            if (ack && !acksOurs) {
                return false;
            }
            conversation.state = ack ? TcpConversation.State.ESTABLISHED : conversation.state;
        }
        final int data = packet.transportBytes() - TcpHeader.length(packet);
        final boolean fin = (flags & TcpFlags.FIN) != 0;
        if (data == 0 && !fin) {
            return true;
        }
        if (TcpHeader.sequence(packet) == conversation.expected) {
            conversation.expected += data + (fin ? 1 : 0);
            if (fin) {
                conversation.state = TcpConversation.State.CLOSE_WAIT;
            }
        }
        send(peers, conversation, TcpFlags.ACK, packet);
        return true;
    }

    /** What is to be done with a segment. */
    private enum Next {
        TAKEN,
        RESET,
        GO_ON
    }

    /** {@code tcp_check_req}: a segment of a stream that a listener has answered, and that is not made yet. */
    private Next requested(
            final Carrier carrier,
            final Sockets.Peers peers,
            final TcpConversation conversation,
            final Sockets sockets) {
        final Packet packet = carrier.packet();
        final int flags = TcpHeader.flags(packet) & (TcpFlags.RST | TcpFlags.SYN | TcpFlags.ACK);
        final int sequence = TcpHeader.sequence(packet);
        if (flags == TcpFlags.SYN && sequence == conversation.expected - 1) {
            if (mayRepeat(packet, conversation)) {
                send(peers, conversation, SYN_ACK, packet);
            }
            return Next.TAKEN;
        }
        final boolean inWindow = ReceiveWindow.covers(
                conversation.expected, conversation.window, sequence, ReceiveWindow.sequenceLength(packet));
        if ((flags & TcpFlags.RST) != 0) {
            if (sequence == conversation.expected) {
                sockets.close(peers);
            } else if (inWindow) {
                challenge(carrier, conversation);
            }
            return Next.TAKEN;
        }
        final boolean ack = (flags & TcpFlags.ACK) != 0;
        if (ack && TcpHeader.acknowledgement(packet) != conversation.nextSequence) {
            return Next.RESET;
        }
        if (!inWindow) {
            challenge(carrier, conversation);
            return Next.TAKEN;
        }
        if ((flags & TcpFlags.SYN) != 0 && sequence != conversation.expected - 1) {
            sockets.close(peers);
            return Next.RESET;
        }
        return ack ? Next.GO_ON : Next.TAKEN;
    }

    private void challenge(final Carrier cause, final TcpConversation conversation) {
        if (mayRepeat(cause.packet(), conversation)) {
            reset.acknowledge(cause, conversation);
        }
    }

    /** {@code tcp_oow_rate_limited}: what carries data and no SYN begins no endless talk, and is not limited. */
    private boolean mayRepeat(final Packet cause, final TcpConversation conversation) {
        final boolean syn = (TcpHeader.flags(cause) & TcpFlags.SYN) != 0;
        if (!syn && ReceiveWindow.sequenceLength(cause) != 0) {
            return true;
        }
        final long now = clock.nanos();
        if (conversation.repeated.isPresent() && now - conversation.repeated.getAsLong() < REPEAT_AFTER) {
            return false;
        }
        conversation.repeated = OptionalLong.of(now);
        return true;
    }

    /** {@code tcp_rcv_synsent_state_process}. */
    private boolean answered(
            final Packet packet,
            final Sockets.Peers peers,
            final TcpConversation conversation,
            final Sockets sockets,
            final int flags,
            final boolean ack,
            final boolean acksOurs) {
        if (ack && !acksOurs) {
            return (flags & TcpFlags.RST) != 0;
        }
        if ((flags & TcpFlags.RST) != 0) {
            if (ack) {
                sockets.close(peers);
            }
            return true;
        }
        if ((flags & TcpFlags.SYN) == 0) {
            return true;
        }
        conversation.expected = TcpHeader.sequence(packet) + 1;
        if (ack) {
            conversation.state = TcpConversation.State.ESTABLISHED;
            conversation.offer = TcpOffer.of(packet);
            send(peers, conversation, TcpFlags.ACK, packet);
        } else {
            // both sides open at once: the SYN is sent again, with an ACK
            conversation.state = TcpConversation.State.SYN_RECEIVED;
            send(peers, conversation, SYN_ACK, packet);
            final TcpOffer offer = TcpOffer.of(packet);
            conversation.offer = new TcpOffer(offer.timestamps(), offer.sack(), true, offer.stamp());
        }
        return true;
    }

    private void send(
            final Sockets.Peers peers, final TcpConversation conversation, final int flags, final Packet cause) {
        final Carrier carrier = output.begin();
        final IpAddress remote = peers.remote();
        final RouteKey key = new RouteKey();
        key.clear(remote.family());
        key.destination(remote);
        key.source(peers.local());
        key.mark = conversation.owner.mark();
        conversation.owner.into(key);
        key.protocol = IpProtocol.TCP.number();
        key.sourcePort = peers.localPort();
        key.destinationPort = peers.remotePort();
        if (routing.output(key, carrier.route()) != RouteError.NONE) {
            output.discard(carrier);
            return;
        }
        final boolean syn = (flags & TcpFlags.SYN) != 0;
        final TcpOffer offer = conversation.offer;
        final int size =
                ReceiveWindow.segmentSize(remote.family(), carrier.route().mtu());
        if (syn && conversation.requested) {
            conversation.window = ReceiveWindow.initial(size - offer.length());
        }
        final int window = syn
                ? ReceiveWindow.inSyn(conversation.window)
                : ReceiveWindow.field(conversation.window, offer.scale());
        final int options = syn ? offer.synLength() : offer.length();
        final Packet packet = carrier.packet();
        header(packet, peers, options, conversation.requested);
        final int sequence = syn ? conversation.nextSequence - 1 : conversation.nextSequence;
        LocalSender.segment(
                packet, peers.localPort(), peers.remotePort(), sequence, conversation.expected, flags, window, options);
        final int at = packet.transportOffset() + TcpHeader.MIN_LENGTH;
        if (syn) {
            offer.writeSyn(packet, at, size);
        } else {
            offer.write(packet, at, TcpOffer.of(cause).stamp());
        }
        Checksum.leaveToDevice(packet, IpProtocol.TCP.number(), TcpHeader.CHECKSUM);
        packet.mark(conversation.owner.mark());
        conversation.owner.sends(packet);
        output.send(carrier);
    }

    private void header(final Packet packet, final Sockets.Peers peers, final int options, final boolean requested) {
        final int length = TcpHeader.MIN_LENGTH + options;
        if (peers.local().family() == Family.IPV4) {
            HeaderWriter.ipv4(
                    packet,
                    Ipv4Header.MIN_LENGTH + length,
                    0,
                    requested ? 0 : chooser.identification(),
                    Ipv4Header.DONT_FRAGMENT,
                    settings.defaultTtl(),
                    IpProtocol.TCP.number(),
                    peers.local().bits32(),
                    peers.remote().bits32());
        } else {
            HeaderWriter.ipv6(
                    packet,
                    Ipv6Header.LENGTH + length,
                    0,
                    HostSettings.HOP_LIMIT,
                    IpProtocol.TCP.number(),
                    peers.local().high(),
                    peers.local().low(),
                    peers.remote().high(),
                    peers.remote().low());
        }
    }
}
