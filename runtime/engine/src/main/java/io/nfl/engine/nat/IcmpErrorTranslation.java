// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.nat;

import io.nfl.api.net.ConntrackState;
import io.nfl.api.net.Family;
import io.nfl.api.net.IpProtocol;
import io.nfl.api.packet.IcmpHeader;
import io.nfl.engine.conntrack.Connection;
import io.nfl.engine.conntrack.ConnectionStatus;
import io.nfl.engine.conntrack.CtInfo;
import io.nfl.engine.conntrack.Tuple;
import io.nfl.engine.packet.Checksum;
import io.nfl.engine.packet.DropReason;
import io.nfl.engine.packet.Packet;
import java.util.Optional;

/**
 * {@code nf_nat_icmp_reply_translation} and {@code nf_nat_icmpv6_reply_translation}: an error about a translated packet
 * quotes it as its sender knows it. NOT thread safe.
 */
final class IcmpErrorTranslation {
    private static final Optional<DropReason> BAD_MESSAGE = Optional.of(DropReason.NAT_BAD_ERROR);
    private static final Optional<DropReason> REDIRECT = Optional.of(DropReason.NAT_REDIRECT);
    private static final Optional<DropReason> HEADER = Optional.of(DropReason.NAT_HEADER);

    private final PacketTranslation translation;
    private final Tuple target = new Tuple();

    IcmpErrorTranslation(final PacketTranslation translation) {
        this.translation = translation;
    }

    /** Whether the packet is an ICMP message that is RELATED to its connection. */
    static boolean concerns(final Packet packet) {
        final IpProtocol icmp = packet.family() == Family.IPV4 ? IpProtocol.ICMP : IpProtocol.IPV6_ICMP;
        return CtInfo.stateBit(packet.ctInfo) == ConntrackState.RELATED.bit()
                && packet.transportProtocol() == icmp.number();
    }

    /** @return why the packet must be dropped; absent where it goes on. Allocates nothing there */
    Optional<DropReason> translate(final Packet packet, final Connection connection, final Manip manip) {
        final boolean v4 = packet.family() == Family.IPV4;
        final int protocol = (v4 ? IpProtocol.ICMP : IpProtocol.IPV6_ICMP).number();
        final int at = packet.transportOffset();
        if (packet.transportBytes() < IcmpHeader.LENGTH
                || !packet.checksumPartial && Checksum.verify(packet, protocol, packet.transportBytes()) != 0) {
            return BAD_MESSAGE;
        }
        if (IcmpHeader.type(packet) == (v4 ? IcmpHeader.REDIRECT : IcmpHeader.V6_REDIRECT)
                && !mayRedirect(connection)) {
            return REDIRECT;
        }
        final int direction = CtInfo.direction(packet.ctInfo);
        if ((connection.status() & manip.statusBit(direction)) == 0) {
            return Optional.empty();
        }
        final Tuple other = connection.tuple(1 - direction);
        if (!translation.rewrite(packet, at + IcmpHeader.LENGTH, other, manip.opposite())) {
            return HEADER;
        }
        if (!packet.checksumPartial) {
            packet.putShort(at + IcmpHeader.CHECKSUM, 0);
            packet.putShort(at + IcmpHeader.CHECKSUM, Checksum.verify(packet, protocol, packet.transportBytes()));
        }
        target.invert(other);
        target.protocol = protocol;
        return translation.rewrite(packet, 0, target, manip) ? Optional.empty() : HEADER;
    }

    /** A redirect says a thing about addresses that translation would make untrue. */
    private static boolean mayRedirect(final Connection connection) {
        return connection.is(ConnectionStatus.SRC_NAT_DONE)
                && connection.is(ConnectionStatus.DST_NAT_DONE)
                && (connection.status() & Connection.NAT_MASK) == 0;
    }
}
