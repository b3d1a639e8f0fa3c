// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.nat;

import io.nfl.api.net.Family;
import io.nfl.api.net.IpProtocol;
import io.nfl.api.packet.IcmpHeader;
import io.nfl.api.packet.Ipv4Header;
import io.nfl.api.packet.Ipv6Header;
import io.nfl.api.packet.TcpHeader;
import io.nfl.api.packet.UdpHeader;
import io.nfl.engine.conntrack.InnerHeader;
import io.nfl.engine.conntrack.Tuple;
import io.nfl.engine.packet.Checksum;
import io.nfl.engine.packet.Packet;
import io.nfl.engine.packet.SctpChecksum;

/**
 * Rewrites one side of an IP packet, or of one quoted in it, and brings its checksums along
 * (net/netfilter/nf_nat_proto.c). NOT thread safe.
 */
final class PacketTranslation {
    /** Ports; what an ICMP error quotes at least. */
    private static final int QUOTED_LENGTH = 8;

    private static final int SCTP_LENGTH = 12;
    private static final int SCTP_CHECKSUM = 8;
    /** {@code CSUM_MANGLED_0}: a UDP checksum that comes out as 0 is sent as its other form. */
    private static final int ZERO_MANGLED = 0xFFFF;

    private final InnerHeader inner = new InnerHeader();

    /**
     * {@code nf_nat_ipv4_manip_pkt}, {@code nf_nat_ipv6_manip_pkt}.
     *
     * @param at where the IP header begins
     * @param target what the packet's side shall look like; its protocol says how the transport header is read
     * @return false where the headers are too short
     */
    boolean rewrite(final Packet packet, final int at, final Tuple target, final Manip manip) {
        final boolean located = inner.locate(packet, at);
        if (packet.family() == Family.IPV4) {
            if (!located || !rewriteTransport(packet, at, inner.offset(), target, manip)) {
                return false;
            }
            rewriteAddressV4(packet, at, target, manip);
            return true;
        }
        if (located && !inner.isLaterFragment() && !rewriteTransport(packet, at, inner.offset(), target, manip)) {
            return false;
        }
        final int address = at + (manip == Manip.SOURCE ? Ipv6Header.SOURCE : Ipv6Header.DESTINATION);
        packet.putLong(address, high(target, manip));
        packet.putLong(address + Long.BYTES, low(target, manip));
        return true;
    }

    private static void rewriteAddressV4(final Packet packet, final int at, final Tuple target, final Manip manip) {
        final int address = at + (manip == Manip.SOURCE ? Ipv4Header.SOURCE : Ipv4Header.DESTINATION);
        final int value = (int) low(target, manip);
        packet.putShort(
                at + Ipv4Header.CHECKSUM,
                Checksum.replace32(packet.shortAt(at + Ipv4Header.CHECKSUM), packet.intAt(address), value));
        packet.putInt(address, value);
    }

    private static long high(final Tuple tuple, final Manip manip) {
        return manip == Manip.SOURCE ? tuple.sourceHigh : tuple.destinationHigh;
    }

    private static long low(final Tuple tuple, final Manip manip) {
        return manip == Manip.SOURCE ? tuple.sourceLow : tuple.destinationLow;
    }

    private static int port(final Tuple tuple, final Manip manip) {
        return manip == Manip.SOURCE ? tuple.sourcePort : tuple.destinationPort;
    }

    /** {@code l4proto_manip_pkt}: an unknown protocol keeps its header. */
    private static boolean rewriteTransport(
            final Packet packet, final int ip, final int at, final Tuple target, final Manip manip) {
        final int protocol = target.protocol;
        if (protocol == IpProtocol.TCP.number()) {
            return rewriteTcp(packet, ip, at, target, manip);
        }
        if (protocol == IpProtocol.UDP.number() || protocol == IpProtocol.UDPLITE.number()) {
            return rewriteUdp(packet, ip, at, target, manip);
        }
        if (protocol == IpProtocol.SCTP.number()) {
            return rewriteSctp(packet, at, target, manip);
        }
        if (protocol == IpProtocol.ICMP.number()) {
            return rewriteIcmp(packet, at, target);
        }
        if (protocol == IpProtocol.IPV6_ICMP.number()) {
            return rewriteIcmpV6(packet, ip, at, target, manip);
        }
        return protocol != IpProtocol.GRE.number() || rewriteGre(packet, at, target, manip);
    }

    private static boolean rewriteTcp(
            final Packet packet, final int ip, final int at, final Tuple target, final Manip manip) {
        if (packet.length() - at < QUOTED_LENGTH) {
            return false;
        }
        final int field = at + (manip == Manip.SOURCE ? TcpHeader.SOURCE_PORT : TcpHeader.DESTINATION_PORT);
        final int old = packet.shortAt(field);
        packet.putShort(field, port(target, manip));
        if (packet.length() - at >= TcpHeader.MIN_LENGTH) {
            final int checksum = at + TcpHeader.CHECKSUM;
            updateAddress(packet, ip, checksum, target, manip);
            updatePort(packet, checksum, old, port(target, manip));
        }
        return true;
    }

    private static boolean rewriteUdp(
            final Packet packet, final int ip, final int at, final Tuple target, final Manip manip) {
        if (packet.length() - at < UdpHeader.LENGTH) {
            return false;
        }
        final int field = at + (manip == Manip.SOURCE ? UdpHeader.SOURCE_PORT : UdpHeader.DESTINATION_PORT);
        final int checksum = at + UdpHeader.CHECKSUM;
        if (packet.shortAt(checksum) != 0 || target.protocol == IpProtocol.UDPLITE.number()) {
            updateAddress(packet, ip, checksum, target, manip);
            updatePort(packet, checksum, packet.shortAt(field), port(target, manip));
            if (packet.shortAt(checksum) == 0) {
                packet.putShort(checksum, ZERO_MANGLED);
            }
        }
        packet.putShort(field, port(target, manip));
        return true;
    }

    private static boolean rewriteSctp(final Packet packet, final int at, final Tuple target, final Manip manip) {
        if (packet.length() - at < QUOTED_LENGTH) {
            return false;
        }
        packet.putShort(at + (manip == Manip.SOURCE ? 0 : 2), port(target, manip));
        if (packet.length() - at >= SCTP_LENGTH && !packet.checksumPartial) {
            packet.putInt(at + SCTP_CHECKSUM, SctpChecksum.compute(packet.bytes(), at, packet.length() - at));
        }
        return true;
    }

    private static boolean rewriteIcmp(final Packet packet, final int at, final Tuple target) {
        if (packet.length() - at < IcmpHeader.LENGTH) {
            return false;
        }
        final boolean hasId = switch (packet.byteAt(at)) {
            case 0, 8, 13, 14, 15, 16, 17, 18 -> true;
            default -> false;
        };
        if (hasId) {
            rewriteId(packet, at, target);
        }
        return true;
    }

    private static boolean rewriteIcmpV6(
            final Packet packet, final int ip, final int at, final Tuple target, final Manip manip) {
        if (packet.length() - at < IcmpHeader.LENGTH) {
            return false;
        }
        updateAddress(packet, ip, at + IcmpHeader.CHECKSUM, target, manip);
        final int type = packet.byteAt(at);
        if (type == IcmpHeader.V6_ECHO_REQUEST || type == IcmpHeader.V6_ECHO_REPLY) {
            rewriteId(packet, at, target);
        }
        return true;
    }

    private static void rewriteId(final Packet packet, final int at, final Tuple target) {
        final int field = at + IcmpHeader.REST;
        updatePort(packet, at + IcmpHeader.CHECKSUM, packet.shortAt(field), target.sourcePort);
        packet.putShort(field, target.sourcePort);
    }

    /** Only the call id of the destination is in the packet; version 0 has none. */
    private static boolean rewriteGre(final Packet packet, final int at, final Tuple target, final Manip manip) {
        if (packet.length() - at < QUOTED_LENGTH) {
            return false;
        }
        if (manip != Manip.DESTINATION) {
            return true;
        }
        final int version = packet.byteAt(at + 1) & 0x7;
        if (version == 1) {
            packet.putShort(at + 6, target.destinationPort);
        }
        return version <= 1;
    }

    /** {@code nf_csum_update}: the pseudo header changed; the IP header still has the old address. */
    private static void updateAddress(
            final Packet packet, final int ip, final int checksum, final Tuple target, final Manip manip) {
        int sum = packet.shortAt(checksum);
        if (packet.family() == Family.IPV4) {
            final int address = ip + (manip == Manip.SOURCE ? Ipv4Header.SOURCE : Ipv4Header.DESTINATION);
            sum = replace(packet, sum, packet.intAt(address), (int) low(target, manip));
        } else {
            final int address = ip + (manip == Manip.SOURCE ? Ipv6Header.SOURCE : Ipv6Header.DESTINATION);
            sum = replace(packet, sum, packet.intAt(address), (int) (high(target, manip) >>> 32));
            sum = replace(packet, sum, packet.intAt(address + 4), (int) high(target, manip));
            sum = replace(packet, sum, packet.intAt(address + 8), (int) (low(target, manip) >>> 32));
            sum = replace(packet, sum, packet.intAt(address + 12), (int) low(target, manip));
        }
        packet.putShort(checksum, sum);
    }

    /** Where the device fills the checksum in, the field holds the sum of the pseudo header, not its complement. */
    private static int replace(final Packet packet, final int sum, final int from, final int to) {
        return packet.checksumPartial
                ? ~Checksum.replace32(~sum & 0xFFFF, from, to) & 0xFFFF
                : Checksum.replace32(sum, from, to);
    }

    private static void updatePort(final Packet packet, final int checksum, final int from, final int to) {
        if (!packet.checksumPartial) {
            packet.putShort(checksum, Checksum.replace16(packet.shortAt(checksum), from, to));
        }
    }
}
