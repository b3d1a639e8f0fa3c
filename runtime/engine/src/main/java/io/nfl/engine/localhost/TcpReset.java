// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.localhost;

import io.nfl.api.net.Family;
import io.nfl.api.net.IpProtocol;
import io.nfl.api.net.TcpFlags;
import io.nfl.api.packet.Ipv4Header;
import io.nfl.api.packet.Ipv6Header;
import io.nfl.api.packet.TcpHeader;
import io.nfl.engine.conntrack.Conntrack;
import io.nfl.engine.packet.Checksum;
import io.nfl.engine.packet.HeaderWriter;
import io.nfl.engine.packet.Packet;
import io.nfl.engine.route.RouteError;
import io.nfl.engine.route.RouteKey;
import io.nfl.engine.route.Routing;
import java.util.Optional;

/** RST segments: REJECT's, sent in the name of the destination, and those of a host without a socket. */
public final class TcpReset {
    private static final int ECN_MASK = 3;

    private final Routing routing;
    private final Conntrack conntrack;
    private final LocalOutput output;
    private final HostSettings settings;

    public TcpReset(
            final Routing routing, final Conntrack conntrack, final LocalOutput output, final HostSettings settings) {
        this.routing = routing;
        this.conntrack = conntrack;
        this.output = output;
        this.settings = settings;
    }

    /** {@code nf_reject_ip_tcphdr_get}, {@code nf_reject_ip6_tcphdr_get}: whole, no RST itself, checksum good. */
    boolean rejects(final Packet packet) {
        if (packet.transportProtocol() != IpProtocol.TCP.number() || !TcpHeader.fits(packet)) {
            return false;
        }
        if (packet.family() == Family.IPV6
                && (isGroupOrNone(packet.ipv6SourceHigh(), packet.ipv6SourceLow())
                        || isGroupOrNone(packet.ipv6DestinationHigh(), packet.ipv6DestinationLow()))) {
            return false;
        }
        return (TcpHeader.flags(packet) & TcpFlags.RST) == 0
                && (Reject.isTakenForGood(packet)
                        || Checksum.verify(packet, IpProtocol.TCP.number(), packet.transportBytes()) == 0);
    }

    private static boolean isGroupOrNone(final long high, final long low) {
        return high >>> 56 == 0xFF || high == 0 && low == 0;
    }

    /** {@code nf_send_reset}, {@code nf_send_reset6}. */
    boolean answerRejected(final Carrier cause) {
        final Packet packet = cause.packet();
        final Carrier answer = output.begin();
        final Packet segment = answer.packet();
        write(packet, segment, 0);
        if (packet.family() == Family.IPV4) {
            Checksum.leaveToDevice(segment, IpProtocol.TCP.number(), TcpHeader.CHECKSUM);
        } else {
            // nf_reject_ip6_tcphdr_put sums at once
            Checksum.transport(segment, IpProtocol.TCP.number(), TcpHeader.CHECKSUM);
        }
        segment.mark(reflected(packet));
        final RouteError error = packet.family() == Family.IPV4
                ? routing.rerouteOutput(segment, 0, cause.route(), answer.route())
                : routing.output(key(segment), answer.route());
        if (error != RouteError.NONE || segment.length() > answer.route().mtu()) {
            output.discard(answer);
            return false;
        }
        conntrack.attach(segment, packet);
        conntrack.setClosing(packet);
        output.send(answer);
        return true;
    }

    /**
     * {@code tcp_v4_send_reset}, {@code tcp_v6_send_response}: from a host that has no such socket, or from the socket
     * that does not want the segment.
     */
    void answer(final Carrier cause, final Optional<SocketOwner> owner) {
        final Packet packet = cause.packet();
        final Carrier answer = output.begin();
        write(packet, answer.packet(), packet.trafficClass() & ~ECN_MASK);
        send(cause, answer, owner);
    }

    /** {@code tcp_v4_reqsk_send_ack}, {@code tcp_v6_reqsk_send_ack}: where we are, to a peer that is elsewhere. */
    void acknowledge(final Carrier cause, final TcpConversation conversation) {
        final Packet packet = cause.packet();
        final Carrier answer = output.begin();
        final Packet segment = answer.packet();
        final TcpOffer offer = conversation.offer;
        header(packet, segment, packet.trafficClass() & ~ECN_MASK, TcpHeader.MIN_LENGTH + offer.length());
        LocalSender.segment(
                segment,
                TcpHeader.destinationPort(packet),
                TcpHeader.sourcePort(packet),
                conversation.nextSequence,
                conversation.expected,
                TcpFlags.ACK,
                ReceiveWindow.requested(conversation.window, offer.scale()),
                offer.length());
        offer.write(segment, segment.transportOffset() + TcpHeader.MIN_LENGTH, offer.stamp());
        send(cause, answer, Optional.of(conversation.owner));
    }

    private void send(final Carrier cause, final Carrier answer, final Optional<SocketOwner> owner) {
        final Packet packet = cause.packet();
        final Packet segment = answer.packet();
        if (packet.family() == Family.IPV4) {
            // ip_send_unicast_reply sums at once
            Checksum.transport(segment, IpProtocol.TCP.number(), TcpHeader.CHECKSUM);
        } else {
            Checksum.leaveToDevice(segment, IpProtocol.TCP.number(), TcpHeader.CHECKSUM);
        }
        final int reflected = reflected(packet);
        segment.mark(reflected == 0 ? owner.map(SocketOwner::mark).orElse(0) : reflected);
        final RouteKey key = key(segment);
        // of sockets that are not transparent IPv4 wants a source of the host's own
        key.anySource = packet.family() == Family.IPV6;
        owner.ifPresent(socket -> {
            socket.into(key);
            socket.sends(segment);
        });
        // without one, IPv4 sends by the kernel's own socket and IPv6 by none
        segment.socket |= packet.family() == Family.IPV4;
        if (routing.output(key, answer.route()) != RouteError.NONE) {
            output.discard(answer);
            return;
        }
        output.send(answer);
    }

    private int reflected(final Packet packet) {
        final boolean reflects = packet.family() == Family.IPV4 ? settings.reflectMark() : settings.reflectMarkV6();
        return reflects ? packet.mark() : 0;
    }

    private static RouteKey key(final Packet segment) {
        final RouteKey key = new RouteKey();
        key.clear(segment.family());
        if (segment.family() == Family.IPV4) {
            key.sourceLow = segment.ipv4Source() & 0xFFFF_FFFFL;
            key.destinationLow = segment.ipv4Destination() & 0xFFFF_FFFFL;
        } else {
            key.sourceHigh = segment.ipv6SourceHigh();
            key.sourceLow = segment.ipv6SourceLow();
            key.destinationHigh = segment.ipv6DestinationHigh();
            key.destinationLow = segment.ipv6DestinationLow();
        }
        key.anySource = true;
        key.tos = segment.trafficClass();
        key.mark = segment.mark();
        key.protocol = IpProtocol.TCP.number();
        key.sourcePort = TcpHeader.sourcePort(segment);
        key.destinationPort = TcpHeader.destinationPort(segment);
        return key;
    }

    private void header(final Packet cause, final Packet segment, final int tos, final int length) {
        if (cause.family() == Family.IPV4) {
            HeaderWriter.ipv4(
                    segment,
                    Ipv4Header.MIN_LENGTH + length,
                    tos,
                    0,
                    Ipv4Header.DONT_FRAGMENT,
                    settings.defaultTtl(),
                    IpProtocol.TCP.number(),
                    cause.ipv4Destination(),
                    cause.ipv4Source());
        } else {
            HeaderWriter.ipv6(
                    segment,
                    Ipv6Header.LENGTH + length,
                    tos,
                    HostSettings.HOP_LIMIT,
                    IpProtocol.TCP.number(),
                    cause.ipv6DestinationHigh(),
                    cause.ipv6DestinationLow(),
                    cause.ipv6SourceHigh(),
                    cause.ipv6SourceLow());
        }
    }

    private void write(final Packet cause, final Packet segment, final int tos) {
        header(cause, segment, tos, TcpHeader.MIN_LENGTH);
        final int at = segment.transportOffset();
        final int flags = TcpHeader.flags(cause);
        final boolean hasAck = (flags & TcpFlags.ACK) != 0;
        segment.putShort(at + TcpHeader.SOURCE_PORT, TcpHeader.destinationPort(cause));
        segment.putShort(at + TcpHeader.DESTINATION_PORT, TcpHeader.sourcePort(cause));
        segment.putInt(at + TcpHeader.SEQUENCE, hasAck ? TcpHeader.acknowledgement(cause) : 0);
        segment.putInt(
                at + TcpHeader.ACKNOWLEDGEMENT,
                hasAck ? 0 : TcpHeader.sequence(cause) + ReceiveWindow.sequenceLength(cause));
        segment.putByte(at + TcpHeader.DATA_OFFSET, TcpHeader.MIN_LENGTH << 2);
        segment.putByte(at + TcpHeader.FLAGS, hasAck ? TcpFlags.RST : TcpFlags.RST | TcpFlags.ACK);
        segment.putInt(at + TcpHeader.WINDOW, 0);
        segment.putInt(at + TcpHeader.CHECKSUM, 0);
    }
}
