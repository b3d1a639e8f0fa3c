// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.localhost;

import io.nfl.api.host.RouteType;
import io.nfl.api.net.Family;
import io.nfl.api.net.IpProtocol;
import io.nfl.api.packet.IcmpHeader;
import io.nfl.api.packet.Ipv4Header;
import io.nfl.api.packet.Ipv6Header;
import io.nfl.engine.choice.Chooser;
import io.nfl.engine.conntrack.Conntrack;
import io.nfl.engine.packet.HeaderWriter;
import io.nfl.engine.packet.Packet;
import io.nfl.engine.route.RouteError;
import io.nfl.engine.route.RouteKind;
import io.nfl.engine.route.RouteResult;
import io.nfl.engine.route.Routing;

/**
 * ICMP errors as the stack sends them (net/ipv4/icmp.c {@code __icmp_send}, net/ipv6/icmp.c {@code icmp6_send}), and
 * all the reasons not to.
 */
public final class IcmpErrors {
    private static final int MAX_ICMP_LENGTH = 576;
    private static final int TOS_MASK = 0x1E;
    private static final int INTERNETWORK_CONTROL = 0xC0;
    private static final int UNKNOWN_OPTION = 2;

    private final Routing routing;
    private final Conntrack conntrack;
    private final LocalOutput output;
    private final Chooser chooser;
    private final HostSettings settings;
    private final IcmpLock lock;
    private final AnswerRate rate;

    public IcmpErrors(
            final Routing routing,
            final Conntrack conntrack,
            final LocalOutput output,
            final Chooser chooser,
            final HostSettings settings,
            final IcmpLock lock,
            final AnswerRate rate) {
        this.routing = routing;
        this.conntrack = conntrack;
        this.output = output;
        this.chooser = chooser;
        this.settings = settings;
        this.lock = lock;
        this.rate = rate;
    }

    /**
     * Answers {@code cause} with an error.
     *
     * @param rest the 32 bits after the ICMP checksum
     * @return whether an error was sent, whatever OUTPUT did to it
     */
    public boolean send(final Carrier cause, final int type, final int code, final int rest) {
        if (cause.route().kind() == RouteKind.NONE
                || !lock.isFree(cause.packet().family())) {
            return false;
        }
        return cause.packet().family() == Family.IPV4
                ? mayAnswerIpv4(cause) && sendIpv4(cause, type, code, rest)
                : mayAnswerIpv6(cause.packet(), type, code) && sendIpv6(cause, type, code, rest);
    }

    private static boolean mayAnswerIpv4(final Carrier cause) {
        final Packet packet = cause.packet();
        final RouteType type = cause.route().type();
        if (packet.packetType() != 0 || type == RouteType.BROADCAST || type == RouteType.MULTICAST) {
            return false;
        }
        if (packet.fragmentOffset() != 0) {
            return false;
        }
        if (packet.transportProtocol() != IpProtocol.ICMP.number()) {
            return true;
        }
        if (packet.transportBytes() < 1) {
            return false;
        }
        final int inner = IcmpHeader.type(packet);
        return inner <= IcmpHeader.MAX_TYPE && !IcmpHeader.isError(inner);
    }

    private boolean sendIpv4(final Carrier cause, final int type, final int code, final int rest) {
        final Packet packet = cause.packet();
        final int tos = packet.trafficClass() & TOS_MASK | INTERNETWORK_CONTROL;
        final int mark = settings.reflectMark() ? packet.mark() : 0;
        final Carrier answer = output.begin();
        if (!route(cause, mark, tos, answer.route()) || !rate.allows(cause, answer, type, code)) {
            output.discard(answer);
            return false;
        }
        final int room = Math.min(answer.route().mtu(), MAX_ICMP_LENGTH) - Ipv4Header.MIN_LENGTH - IcmpHeader.LENGTH;
        if (room <= Ipv4Header.MIN_LENGTH) {
            output.discard(answer);
            return false;
        }
        final int quoted = Math.min(packet.length(), room);
        final Packet error = answer.packet();
        HeaderWriter.ipv4(
                error,
                Ipv4Header.MIN_LENGTH + IcmpHeader.LENGTH + quoted,
                tos,
                chooser.identification(),
                0,
                settings.defaultTtl(),
                IpProtocol.ICMP.number(),
                (int) answer.route().sourceLow(),
                packet.ipv4Source());
        error.mayFragment = true;
        finish(cause, answer, type, code, rest, quoted, mark);
        return true;
    }

    private boolean route(final Carrier cause, final int mark, final int tos, final RouteResult result) {
        final Packet packet = cause.packet();
        return routing.errorRoute(packet, cause.route(), packet.in(), mark, tos, result) == RouteError.NONE;
    }

    private void finish(
            final Carrier cause,
            final Carrier answer,
            final int type,
            final int code,
            final int rest,
            final int quoted,
            final int mark) {
        final Packet error = answer.packet();
        HeaderWriter.icmp(error, type, code, rest);
        // A checksum that the device would fill in is quoted as it stands.
        System.arraycopy(cause.packet().bytes(), 0, error.bytes(), error.transportOffset() + IcmpHeader.LENGTH, quoted);
        HeaderWriter.icmpChecksum(error);
        error.mark(mark);
        conntrack.attach(error, cause.packet());
        lock.send(output, answer);
    }

    /** {@code icmp6_send} with {@code is_ineligible}. */
    private static boolean mayAnswerIpv6(final Packet packet, final int type, final int code) {
        final boolean toGroup = packet.ipv6DestinationHigh() >>> 56 == 0xFF || packet.packetType() != 0;
        final boolean evenToGroups = type == IcmpHeader.V6_PACKET_TOO_BIG
                || type == IcmpHeader.V6_PARAMETER_PROBLEM && code == UNKNOWN_OPTION;
        final boolean noSource = packet.ipv6SourceHigh() == 0 && packet.ipv6SourceLow() == 0;
        if (toGroup && !evenToGroups || noSource || packet.ipv6SourceHigh() >>> 56 == 0xFF) {
            return false;
        }
        // The walk stops at the header of a later fragment and never learns the protocol.
        return packet.fragmentOffset() != 0
                || packet.transportProtocol() != IpProtocol.IPV6_ICMP.number()
                || packet.transportBytes() >= 1 && !IcmpHeader.isV6Error(IcmpHeader.type(packet));
    }

    private boolean sendIpv6(final Carrier cause, final int type, final int code, final int rest) {
        final Packet packet = cause.packet();
        final int mark = settings.reflectMarkV6() ? packet.mark() : 0;
        final Carrier answer = output.begin();
        if (!route(cause, mark, 0, answer.route()) || !rate.allows(cause, answer, type, code)) {
            output.discard(answer);
            return false;
        }
        final int quoted = Math.min(packet.length(), Ipv6Header.MIN_MTU - Ipv6Header.LENGTH - IcmpHeader.LENGTH);
        HeaderWriter.ipv6(
                answer.packet(),
                Ipv6Header.LENGTH + IcmpHeader.LENGTH + quoted,
                0,
                HostSettings.HOP_LIMIT,
                IpProtocol.IPV6_ICMP.number(),
                answer.route().sourceHigh(),
                answer.route().sourceLow(),
                packet.ipv6SourceHigh(),
                packet.ipv6SourceLow());
        finish(cause, answer, type, code, rest, quoted, mark);
        return true;
    }
}
