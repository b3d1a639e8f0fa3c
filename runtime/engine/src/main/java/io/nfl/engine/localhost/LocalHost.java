// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.localhost;

import io.nfl.api.host.RouteType;
import io.nfl.api.net.Family;
import io.nfl.api.net.IpProtocol;
import io.nfl.api.net.TcpFlags;
import io.nfl.api.packet.IcmpHeader;
import io.nfl.api.packet.Ipv4Header;
import io.nfl.api.packet.Ipv6Header;
import io.nfl.api.packet.TcpHeader;
import io.nfl.api.packet.UdpHeader;
import io.nfl.engine.choice.Chooser;
import io.nfl.engine.clock.Clock;
import io.nfl.engine.conntrack.CtInfo;
import io.nfl.engine.packet.Checksum;
import io.nfl.engine.packet.HeaderWriter;
import io.nfl.engine.packet.Packet;
import io.nfl.engine.route.RouteError;
import io.nfl.engine.route.Routing;
import java.util.Optional;

/**
 * Takes what INPUT let in: answers pings and time requests, hands datagrams and segments to sockets, and says so where
 * there is none ({@code ip_protocol_deliver_rcu}, {@code ip6_protocol_deliver_rcu}).
 */
public final class LocalHost {
    private static final long MILLIS_PER_DAY = 86_400_000L;

    /** {@code CHECKSUM_BREAK}: shorter datagrams are summed again in any case. */
    private static final int CHECKSUM_BREAK = 76;

    private final Routing routing;
    private final LocalOutput output;
    private final IcmpErrors errors;
    private final TcpReset reset;
    private final Sockets sockets;
    private final HostSettings settings;
    private final Chooser chooser;
    private final Clock clock;
    private final IcmpLock lock;
    private final AnswerRate rate;

    public LocalHost(
            final Routing routing,
            final LocalOutput output,
            final IcmpErrors errors,
            final TcpReset reset,
            final Sockets sockets,
            final HostSettings settings,
            final Chooser chooser,
            final Clock clock,
            final IcmpLock lock,
            final AnswerRate rate) {
        this.routing = routing;
        this.output = output;
        this.errors = errors;
        this.reset = reset;
        this.sockets = sockets;
        this.settings = settings;
        this.chooser = chooser;
        this.clock = clock;
        this.lock = lock;
        this.rate = rate;
    }

    /** Takes a packet, whole again where it came in fragments. */
    public void deliver(final Carrier carrier) {
        final Packet packet = carrier.packet();
        final int protocol = packet.transportProtocol();
        if (protocol == IpProtocol.TCP.number()) {
            tcp(carrier);
        } else if (protocol == IpProtocol.UDP.number() || protocol == IpProtocol.UDPLITE.number()) {
            udp(carrier);
        } else if (protocol == icmp(packet.family())) {
            ping(carrier);
        } else if (packet.family() == Family.IPV4) {
            unknownIpv4(carrier, protocol);
        } else {
            unknownIpv6(carrier);
        }
    }

    private static int icmp(final Family family) {
        return family == Family.IPV4 ? IpProtocol.ICMP.number() : IpProtocol.IPV6_ICMP.number();
    }

    private void unknownIpv4(final Carrier carrier, final int protocol) {
        if (protocol != IpProtocol.IGMP.number()) {
            errors.send(carrier, IcmpHeader.DESTINATION_UNREACHABLE, IcmpHeader.PROTOCOL_UNREACHABLE, 0);
        }
    }

    private void unknownIpv6(final Carrier carrier) {
        if (carrier.packet().hasNoTransport()) {
            return;
        }
        errors.send(
                carrier,
                IcmpHeader.V6_PARAMETER_PROBLEM,
                IcmpHeader.V6_UNKNOWN_NEXT_HEADER,
                nextHeaderField(carrier.packet()));
    }

    /** Where the number of the unknown protocol stands. */
    private static int nextHeaderField(final Packet packet) {
        int field = Ipv6Header.NEXT_HEADER;
        int at = Ipv6Header.LENGTH;
        while (at < packet.transportOffset()) {
            field = at;
            at += 8 * (packet.byteAt(at + 1) + 1);
        }
        return field;
    }

    private void tcp(final Carrier carrier) {
        final Packet packet = carrier.packet();
        if (packet.packetType() != 0 || !TcpHeader.fits(packet)) {
            return;
        }
        final int header = TcpHeader.length(packet);
        if (header < TcpHeader.MIN_LENGTH || header > packet.transportBytes() || !checksumHolds(packet)) {
            return;
        }
        final RouteType type = carrier.route().type();
        final boolean group = type == RouteType.BROADCAST || type == RouteType.MULTICAST;
        if (sockets.takesSegment(carrier, group) || (TcpHeader.flags(packet) & TcpFlags.RST) != 0) {
            return;
        }
        final Optional<SocketOwner> owner = sockets.owner(packet);
        if (owner.isPresent() || !group) {
            reset.answer(carrier, owner);
        }
    }

    private static boolean checksumHolds(final Packet packet) {
        return packet.checksumPartial
                || Checksum.verify(packet, packet.transportProtocol(), packet.transportBytes()) == 0;
    }

    private void udp(final Carrier carrier) {
        final Packet packet = carrier.packet();
        if (!UdpHeader.fits(packet)) {
            return;
        }
        final int length = UdpHeader.datagramLength(packet);
        if (length < UdpHeader.LENGTH || length > packet.transportBytes()) {
            return;
        }
        if (packet.sumOutdated && length > CHECKSUM_BREAK) {
            return;
        }
        final boolean unsummed = UdpHeader.checksum(packet) == 0;
        if (unsummed && packet.family() == Family.IPV6) {
            return;
        }
        final int protocol = packet.transportProtocol();
        final boolean good = unsummed || packet.checksumPartial || Checksum.verify(packet, protocol, length) == 0;
        if (!good || sockets.takesDatagram(packet)) {
            return;
        }
        // nf_reset_ct comes before the error: conntrack has to find out by itself what the error is about.
        packet.connection = null;
        packet.ctInfo = CtInfo.NONE;
        if (packet.family() == Family.IPV4) {
            errors.send(carrier, IcmpHeader.DESTINATION_UNREACHABLE, IcmpHeader.PORT_UNREACHABLE, 0);
        } else {
            errors.send(carrier, IcmpHeader.V6_DESTINATION_UNREACHABLE, IcmpHeader.V6_PORT_UNREACHABLE, 0);
        }
    }

    /** {@code icmp_rcv}, {@code icmpv6_rcv}. Errors tell sockets that their connection has failed. */
    private void ping(final Carrier carrier) {
        final Packet packet = carrier.packet();
        if (!IcmpHeader.fits(packet) || Checksum.verify(packet, icmp(packet.family()), packet.transportBytes()) != 0) {
            return;
        }
        final int type = IcmpHeader.type(packet);
        if (packet.family() == Family.IPV6) {
            if (type == IcmpHeader.V6_ECHO_REQUEST && !settings.ignoreEchoV6()) {
                answerIpv6(carrier);
            }
            return;
        }
        final boolean group = carrier.route().type() != RouteType.LOCAL;
        if (group && settings.ignoreBroadcasts()) {
            return;
        }
        if (type == IcmpHeader.ECHO_REQUEST && !settings.ignoreEcho()) {
            answerIpv4(carrier, IcmpHeader.ECHO_REPLY);
        } else if (type == IcmpHeader.TIMESTAMP) {
            answerIpv4(carrier, IcmpHeader.TIMESTAMP_REPLY);
        } else if (IcmpHeader.isError(type)) {
            sockets.failed(packet);
        }
    }

    private static final int TIMESTAMP_LENGTH = 20;

    private void answerIpv4(final Carrier carrier, final int type) {
        final Packet request = carrier.packet();
        final boolean time = type == IcmpHeader.TIMESTAMP_REPLY;
        if (time && request.transportBytes() < TIMESTAMP_LENGTH) {
            return;
        }
        final int mark = settings.reflectMark() ? request.mark() : 0;
        final Carrier answer = output.begin();
        if (routing.replyRoute(request, carrier.route(), mark, answer.route()) != RouteError.NONE
                || !rate.allows(carrier, answer, type, 0)) {
            output.discard(answer);
            return;
        }
        final int length = time ? TIMESTAMP_LENGTH : request.transportBytes();
        final Packet reply = answer.packet();
        HeaderWriter.ipv4(
                reply,
                Ipv4Header.MIN_LENGTH + length,
                request.trafficClass(),
                chooser.identification(),
                0,
                settings.defaultTtl(),
                IpProtocol.ICMP.number(),
                (int) answer.route().sourceLow(),
                request.ipv4Source());
        reply.mayFragment = true;
        copyBody(request, reply, type, length);
        if (time) {
            final int now = (int) (clock.nanos() / 1_000_000 % MILLIS_PER_DAY);
            reply.putInt(reply.transportOffset() + 12, now);
            reply.putInt(reply.transportOffset() + 16, now);
        }
        HeaderWriter.icmpChecksum(reply);
        reply.mark(mark);
        lock.send(output, answer);
    }

    private void answerIpv6(final Carrier carrier) {
        final Packet request = carrier.packet();
        final int mark = settings.reflectMarkV6() ? request.mark() : 0;
        final Carrier answer = output.begin();
        if (routing.replyRoute(request, carrier.route(), mark, answer.route()) != RouteError.NONE
                || !rate.allows(carrier, answer, IcmpHeader.V6_ECHO_REPLY, 0)) {
            output.discard(answer);
            return;
        }
        final Packet reply = answer.packet();
        HeaderWriter.ipv6(
                reply,
                Ipv6Header.LENGTH + request.transportBytes(),
                request.trafficClass(),
                HostSettings.HOP_LIMIT,
                IpProtocol.IPV6_ICMP.number(),
                answer.route().sourceHigh(),
                answer.route().sourceLow(),
                request.ipv6SourceHigh(),
                request.ipv6SourceLow());
        reply.mayFragment = true;
        copyBody(request, reply, IcmpHeader.V6_ECHO_REPLY, request.transportBytes());
        HeaderWriter.icmpChecksum(reply);
        reply.mark(mark);
        lock.send(output, answer);
    }

    private static void copyBody(final Packet request, final Packet reply, final int type, final int length) {
        System.arraycopy(request.bytes(), request.transportOffset(), reply.bytes(), reply.transportOffset(), length);
        reply.putByte(reply.transportOffset() + IcmpHeader.TYPE, type);
        reply.putByte(reply.transportOffset() + IcmpHeader.CODE, 0);
    }
}
