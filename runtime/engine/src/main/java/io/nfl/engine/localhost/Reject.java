// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.localhost;

import io.nfl.api.classify.RejectWith;
import io.nfl.api.host.RouteType;
import io.nfl.api.net.Family;
import io.nfl.api.net.IpProtocol;
import io.nfl.api.packet.IcmpHeader;
import io.nfl.api.packet.UdpHeader;
import io.nfl.engine.packet.Checksum;
import io.nfl.engine.packet.Packet;

/**
 * REJECT's answers (net/ipv4/netfilter/nf_reject_ipv4.c, net/ipv6/netfilter/nf_reject_ipv6.c). A packet whose checksum
 * is bad is not answered.
 */
public final class Reject {
    /** {@code GRE_CSUM}, in the first byte (RFC 2784). */
    private static final int GRE_CHECKSUM = 0x80;

    private final IcmpErrors errors;
    private final TcpReset reset;

    public Reject(final IcmpErrors errors, final TcpReset reset) {
        this.errors = errors;
        this.reset = reset;
    }

    /** @return whether an answer was sent */
    public boolean answer(final Carrier cause, final RejectWith with) {
        final Packet packet = cause.packet();
        if (with == RejectWith.TCP_RESET) {
            final RouteType type = cause.route().type();
            final boolean group =
                    packet.family() == Family.IPV4 && (type == RouteType.BROADCAST || type == RouteType.MULTICAST);
            return !group && reset.rejects(packet) && reset.answerRejected(cause);
        }
        if (!checksumHolds(packet)) {
            return false;
        }
        final int type = packet.family() == Family.IPV4
                ? IcmpHeader.DESTINATION_UNREACHABLE
                : IcmpHeader.V6_DESTINATION_UNREACHABLE;
        final int code = with.code(packet.family())
                .orElseThrow(() -> new IllegalStateException(with + " is not of " + packet.family()));
        return errors.send(cause, type, code, 0);
    }

    /** {@code nf_ip_checksum} as {@code nf_send_unreach} asks it: other protocols are summed like ICMP. */
    private static boolean checksumHolds(final Packet packet) {
        if (packet.fragmentOffset() != 0) {
            return false;
        }
        if (isTakenForGood(packet)) {
            return true;
        }
        final int protocol = packet.transportProtocol();
        if (packet.family() == Family.IPV6 && (packet.hasNoTransport() || packet.transportBytes() <= 0)) {
            return false;
        }
        return !isVerified(packet, protocol) || Checksum.verify(packet, protocol, packet.transportBytes()) == 0;
    }

    /**
     * {@code nf_ip_checksum}: what the device fills in is right; what was summed when it came in is looked at again in
     * INPUT, and not in OUTPUT, where a copy that TEE made of it may come.
     */
    static boolean isTakenForGood(final Packet packet) {
        return packet.checksumPartial || packet.summed && !packet.out().isEmpty();
    }

    /** {@code nf_reject_verify_csum}; DCCP left the kernel with 6.16, and that list too. */
    private static boolean isVerified(final Packet packet, final int protocol) {
        return IpProtocol.of(protocol)
                .map(p -> switch (p) {
                    case UDP -> packet.transportBytes() < UdpHeader.LENGTH || UdpHeader.checksum(packet) != 0;
                    case GRE ->
                        packet.transportBytes() < 2 || (packet.byteAt(packet.transportOffset()) & GRE_CHECKSUM) != 0;
                    case AH, ESP, SCTP, UDPLITE -> false;
                    default -> true;
                })
                .orElse(true);
    }
}
