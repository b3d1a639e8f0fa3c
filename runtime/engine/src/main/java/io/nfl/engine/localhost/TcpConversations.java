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
import io.nfl.engine.packet.Checksum;
import io.nfl.engine.packet.HeaderWriter;
import io.nfl.engine.packet.Packet;
import io.nfl.engine.route.RouteError;
import io.nfl.engine.route.RouteKey;
import io.nfl.engine.route.Routing;

/** Opens, acknowledges and ends the streams of the host's sockets (net/ipv4/tcp_input.c). */
public final class TcpConversations {
    private static final int TIMESTAMP_OPTION = 8;

    private final Routing routing;
    private final LocalOutput output;
    private final Chooser chooser;
    private final HostSettings settings;

    public TcpConversations(
            final Routing routing, final LocalOutput output, final Chooser chooser, final HostSettings settings) {
        this.routing = routing;
        this.output = output;
        this.chooser = chooser;
        this.settings = settings;
    }

    /** Answers the SYN to a listener. */
    TcpConversation accept(final Carrier carrier, final Sockets.Peers peers) {
        final Packet syn = carrier.packet();
        final int sequence = chooser.sequenceNumber();
        final TcpConversation made = TcpConversation.accepted(sequence + 1, TcpHeader.sequence(syn) + 1);
        made.timestamps = offers(syn, TIMESTAMP_OPTION) >= 0;
        made.scaled = offers(syn, WINDOW_SCALE_OPTION) >= 0;
        send(peers, made, sequence, TcpFlags.SYN | TcpFlags.ACK, syn);
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
        if ((flags & TcpFlags.RST) != 0) {
            if (TcpHeader.sequence(packet) == conversation.expected) {
                sockets.close(peers);
            }
            return true;
        }
        if (conversation.state == TcpConversation.State.SYN_RECEIVED && ack) {
            if (!acksOurs) {
                return false;
            }
            conversation.state = TcpConversation.State.ESTABLISHED;
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
        send(peers, conversation, conversation.nextSequence, TcpFlags.ACK, packet);
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
        if (!ack || (flags & TcpFlags.SYN) == 0) {
            return true;
        }
        conversation.state = TcpConversation.State.ESTABLISHED;
        conversation.expected = TcpHeader.sequence(packet) + 1;
        conversation.timestamps = offers(packet, TIMESTAMP_OPTION) >= 0;
        conversation.scaled = offers(packet, WINDOW_SCALE_OPTION) >= 0;
        send(peers, conversation, conversation.nextSequence, TcpFlags.ACK, packet);
        return true;
    }

    /** Where the option of this kind begins, or -1. */
    private static int offers(final Packet packet, final int kind) {
        final int end = packet.transportOffset() + TcpHeader.length(packet);
        int at = packet.transportOffset() + TcpHeader.MIN_LENGTH;
        while (at < end) {
            final int option = packet.byteAt(at);
            if (option == TcpHeader.OPTION_END) {
                return -1;
            }
            if (option == TcpHeader.OPTION_NOP) {
                at++;
                continue;
            }
            if (option == kind) {
                return at;
            }
            if (at + 1 >= end || packet.byteAt(at + 1) < 2) {
                return -1;
            }
            at += packet.byteAt(at + 1);
        }
        return -1;
    }

    private static final int TIMESTAMPS_LENGTH = 12;

    private void send(
            final Sockets.Peers peers,
            final TcpConversation conversation,
            final int sequence,
            final int flags,
            final Packet cause) {
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
        final int size =
                ReceiveWindow.segmentSize(remote.family(), carrier.route().mtu());
        if (syn) {
            conversation.window = ReceiveWindow.initial(conversation.timestamps ? size - TIMESTAMPS_LENGTH : size);
        }
        final int window = syn
                ? ReceiveWindow.inSyn(conversation.window)
                : ReceiveWindow.field(conversation.window, conversation.scaled);
        final int options = syn ? synOptionsLength(cause) : conversation.timestamps ? TIMESTAMPS_LENGTH : 0;
        final Packet packet = carrier.packet();
        header(packet, peers, options, syn);
        LocalSender.segment(
                packet, peers.localPort(), peers.remotePort(), sequence, conversation.expected, flags, window, options);
        final int at = packet.transportOffset() + TcpHeader.MIN_LENGTH;
        if (syn) {
            synOptions(packet, at, cause, size);
        } else if (conversation.timestamps) {
            timestamps(packet, at, 0x0101_080A, cause);
        }
        Checksum.leaveToDevice(packet, IpProtocol.TCP.number(), TcpHeader.CHECKSUM);
        packet.mark(conversation.owner.mark());
        conversation.owner.sends(packet);
        output.send(carrier);
    }

    private void header(final Packet packet, final Sockets.Peers peers, final int options, final boolean syn) {
        final int length = TcpHeader.MIN_LENGTH + options;
        if (peers.local().family() == Family.IPV4) {
            HeaderWriter.ipv4(
                    packet,
                    Ipv4Header.MIN_LENGTH + length,
                    0,
                    syn ? 0 : chooser.identification(),
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

    private static final int SACK_PERMITTED = 4;
    private static final int WINDOW_SCALE_OPTION = 3;

    /** A SYN+ACK offers only what the SYN did. */
    private static int synOptionsLength(final Packet syn) {
        final boolean times = offers(syn, TIMESTAMP_OPTION) >= 0;
        final boolean sack = offers(syn, SACK_PERMITTED) >= 0;
        return 4 + (times ? TIMESTAMPS_LENGTH : sack ? 4 : 0) + (offers(syn, WINDOW_SCALE_OPTION) >= 0 ? 4 : 0);
    }

    private static void synOptions(final Packet packet, final int from, final Packet syn, final int mss) {
        final boolean sack = offers(syn, SACK_PERMITTED) >= 0;
        int at = from;
        packet.putInt(at, 0x0204_0000 | mss);
        at += 4;
        if (offers(syn, TIMESTAMP_OPTION) >= 0) {
            timestamps(packet, at, sack ? 0x0402_080A : 0x0101_080A, syn);
            at += TIMESTAMPS_LENGTH;
        } else if (sack) {
            packet.putInt(at, 0x0101_0402);
            at += 4;
        }
        if (offers(syn, WINDOW_SCALE_OPTION) >= 0) {
            packet.putInt(at, 0x0103_0300 | ReceiveWindow.SCALE);
        }
    }

    private static void timestamps(final Packet packet, final int at, final int head, final Packet cause) {
        final int option = offers(cause, TIMESTAMP_OPTION);
        packet.putInt(at, head);
        packet.putInt(at + 4, 1);
        packet.putInt(at + 8, option < 0 ? 0 : cause.intAt(option + 2));
    }
}
