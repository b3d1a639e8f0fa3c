// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.localhost;

import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.api.net.IpProtocol;
import io.nfl.api.net.TcpFlags;
import io.nfl.api.packet.IcmpHeader;
import io.nfl.api.packet.Ipv4Header;
import io.nfl.api.packet.TcpHeader;
import io.nfl.api.packet.UdpHeader;
import io.nfl.engine.packet.Packet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The sockets of the host: bound datagram sockets, listening and connecting stream sockets. A segment for a socket is
 * taken; the conversation itself is {@link TcpConversations}'.
 */
public final class Sockets {
    private final Set<Bound> datagrams = new HashSet<>();
    private final Set<Bound> listeners = new HashSet<>();
    private final Map<Peers, TcpConversation> conversations = new HashMap<>();
    private final List<Received> received = new ArrayList<>();
    private Optional<TcpConversations> segments = Optional.empty();

    /** @param address all zero: any address; the IPv6 one of the two: of either family */
    private record Bound(IpAddress address, int port) {}

    /** The four parts that name a stream. */
    record Peers(IpAddress local, int localPort, IpAddress remote, int remotePort) {}

    /** A datagram that a socket was given. */
    public record Received(IpAddress local, int localPort, IpAddress remote, int remotePort, byte[] data) {}

    /** Tells who answers segments; without one a socket only swallows them. */
    public void answerWith(final TcpConversations answers) {
        segments = Optional.of(answers);
    }

    public void bindDatagram(final IpAddress address, final int port) {
        datagrams.add(new Bound(address, port));
    }

    /** The socket is closed. */
    void closeDatagram(final IpAddress address, final int port) {
        datagrams.remove(new Bound(address, port));
    }

    public void listen(final IpAddress address, final int port) {
        listeners.add(new Bound(address, port));
    }

    void connecting(final Peers peers, final TcpConversation conversation) {
        conversations.put(peers, conversation);
    }

    /** What datagram sockets were given since the last call. */
    public List<Received> takeReceived() {
        final List<Received> taken = List.copyOf(received);
        received.clear();
        return taken;
    }

    private static boolean bound(final Set<Bound> sockets, final IpAddress address, final int port) {
        return !sockets.isEmpty()
                && (sockets.contains(new Bound(address, port))
                        || sockets.contains(new Bound(IpAddress.zero(address.family()), port))
                        || sockets.contains(new Bound(IpAddress.zero(Family.IPV6), port)));
    }

    private static IpAddress source(final Packet packet) {
        return packet.family() == Family.IPV4
                ? IpAddress.v4(packet.ipv4Source())
                : IpAddress.v6(packet.ipv6SourceHigh(), packet.ipv6SourceLow());
    }

    private static IpAddress destination(final Packet packet) {
        return packet.family() == Family.IPV4
                ? IpAddress.v4(packet.ipv4Destination())
                : IpAddress.v6(packet.ipv6DestinationHigh(), packet.ipv6DestinationLow());
    }

    boolean takesDatagram(final Packet packet) {
        final int port = UdpHeader.destinationPort(packet);
        if (!bound(datagrams, destination(packet), port)) {
            return false;
        }
        final int from = packet.transportOffset() + UdpHeader.LENGTH;
        final int to = packet.transportOffset() + UdpHeader.datagramLength(packet);
        final byte[] data = java.util.Arrays.copyOfRange(packet.bytes(), from, to);
        received.add(new Received(destination(packet), port, source(packet), UdpHeader.sourcePort(packet), data));
        return true;
    }

    private static Peers peers(final Packet packet) {
        return new Peers(
                destination(packet), TcpHeader.destinationPort(packet), source(packet), TcpHeader.sourcePort(packet));
    }

    /** Whose socket a segment is for, be it that of a stream or a listener. */
    Optional<SocketOwner> owner(final Packet packet) {
        final Peers peers = peers(packet);
        final TcpConversation conversation = conversations.get(peers);
        if (conversation != null) {
            return Optional.of(conversation.owner);
        }
        return bound(listeners, peers.local(), peers.localPort()) ? Optional.of(SocketOwner.ROOT) : Optional.empty();
    }

    /**
     * @param group whether it was sent to many; a stream has one peer
     * @return false where a reset must answer the segment
     */
    boolean takesSegment(final Carrier carrier, final boolean group) {
        final Packet packet = carrier.packet();
        final Peers peers = peers(packet);
        final TcpConversation conversation = conversations.get(peers);
        if (conversation != null) {
            return segments.map(answers -> answers.segment(carrier, peers, conversation, this))
                    .orElse(true);
        }
        if (!bound(listeners, peers.local(), peers.localPort())) {
            return false;
        }
        final int flags = TcpHeader.flags(packet);
        if ((flags & TcpFlags.RST) != 0) {
            return true;
        }
        if ((flags & TcpFlags.ACK) != 0) {
            return false;
        }
        if ((flags & TcpFlags.SYN) != 0 && (flags & TcpFlags.FIN) == 0 && !group) {
            segments.ifPresent(answers -> conversations.put(peers, answers.accept(carrier, peers)));
        }
        return true;
    }

    void close(final Peers peers) {
        conversations.remove(peers);
    }

    /** An ICMP error about a segment of ours ends a connection that is not yet made ({@code tcp_v4_err}). */
    void failed(final Packet error) {
        final int inner = error.transportOffset() + IcmpHeader.LENGTH;
        if (!LocalSender.quotes(error)
                || error.byteAt(inner + Ipv4Header.PROTOCOL) != IpProtocol.TCP.number()
                || IcmpHeader.type(error) != IcmpHeader.DESTINATION_UNREACHABLE
                || IcmpHeader.code(error) == IcmpHeader.FRAGMENTATION_NEEDED) {
            return;
        }
        final int segment = inner + 4 * (error.byteAt(inner) & 0xF);
        if (segment + 4 > error.length()) {
            return;
        }
        final Peers peers = new Peers(
                IpAddress.v4(error.intAt(inner + Ipv4Header.SOURCE)),
                error.shortAt(segment),
                IpAddress.v4(error.intAt(inner + Ipv4Header.DESTINATION)),
                error.shortAt(segment + 2));
        final TcpConversation conversation = conversations.get(peers);
        if (conversation != null && conversation.isOpening()) {
            conversations.remove(peers);
        }
    }
}
