// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.packet;

import io.nfl.api.net.Family;
import io.nfl.api.net.IpProtocol;
import io.nfl.api.packet.IcmpHeader;
import io.nfl.api.packet.Ipv4Header;
import io.nfl.api.packet.Ipv6Header;

/** Writes the headers of packets that the host makes. */
public final class HeaderWriter {
    private HeaderWriter() {}

    /**
     * Makes {@code packet} an IPv4 packet without options, its payload still to be written.
     *
     * @param fragment the flags and offset field
     */
    public static void ipv4(
            final Packet packet,
            final int length,
            final int tos,
            final int identification,
            final int fragment,
            final int ttl,
            final int protocol,
            final int source,
            final int destination) {
        packet.reserve(length);
        packet.putByte(0, 0x45);
        packet.putByte(Ipv4Header.TOS, tos);
        packet.putShort(Ipv4Header.TOTAL_LENGTH, length);
        packet.putShort(Ipv4Header.IDENTIFICATION, identification);
        packet.putShort(Ipv4Header.FRAGMENT, fragment);
        packet.putByte(Ipv4Header.TTL, ttl);
        packet.putByte(Ipv4Header.PROTOCOL, protocol);
        packet.putInt(Ipv4Header.SOURCE, source);
        packet.putInt(Ipv4Header.DESTINATION, destination);
        packet.set(Family.IPV4, packet.bytes(), length);
        Checksum.ipv4(packet);
    }

    /** Makes {@code packet} an IPv6 packet without extension headers, its payload still to be written. */
    public static void ipv6(
            final Packet packet,
            final int length,
            final int trafficClass,
            final int hopLimit,
            final int protocol,
            final long sourceHigh,
            final long sourceLow,
            final long destinationHigh,
            final long destinationLow) {
        packet.reserve(length);
        packet.putInt(0, 6 << 28 | trafficClass << 20);
        packet.putShort(Ipv6Header.PAYLOAD_LENGTH, length - Ipv6Header.LENGTH);
        packet.putByte(Ipv6Header.NEXT_HEADER, protocol);
        packet.putByte(Ipv6Header.HOP_LIMIT, hopLimit);
        packet.putLong(Ipv6Header.SOURCE, sourceHigh);
        packet.putLong(Ipv6Header.SOURCE + 8, sourceLow);
        packet.putLong(Ipv6Header.DESTINATION, destinationHigh);
        packet.putLong(Ipv6Header.DESTINATION + 8, destinationLow);
        packet.set(Family.IPV6, packet.bytes(), length);
    }

    /** Writes an ICMP or ICMPv6 header; the checksum is {@link #icmpChecksum}'s once the payload is there. */
    public static void icmp(final Packet packet, final int type, final int code, final int rest) {
        final int at = packet.transportOffset();
        packet.putByte(at + IcmpHeader.TYPE, type);
        packet.putByte(at + IcmpHeader.CODE, code);
        packet.putShort(at + IcmpHeader.CHECKSUM, 0);
        packet.putInt(at + IcmpHeader.REST, rest);
    }

    public static void icmpChecksum(final Packet packet) {
        final IpProtocol protocol = packet.family() == Family.IPV4 ? IpProtocol.ICMP : IpProtocol.IPV6_ICMP;
        Checksum.transport(packet, protocol.number(), IcmpHeader.CHECKSUM);
    }
}
