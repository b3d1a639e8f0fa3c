// SPDX-License-Identifier: Apache-2.0
package io.nfl.compiler.testing;

import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.api.net.IpProtocol;
import io.nfl.compiler.trace.Tuple;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** Packets as bytes on the wire, checksums filled in (RFC 791, 8200, 9293, 768, 792, 4443, 9260). */
final class PacketBytes {
    static final int TCP_WINDOW = 65_535;

    private static final int IPV4_HEADER = 20;
    private static final int IPV6_HEADER = 40;
    private static final int DONT_FRAGMENT = 0x4000;
    private static final int MORE_FRAGMENTS = 0x2000;
    private static final int FRAGMENT_HEADER = 8;

    private PacketBytes() {}

    /** What the IP header says beside addresses and protocol. @param id of IPv4, so that two packets differ */
    record IpFields(int ttl, int trafficClass, int id) {}

    /** An IP packet around a transport header whose checksum field is still zero. */
    static byte[] ip(
            final IpAddress source,
            final IpAddress destination,
            final int protocol,
            final IpFields fields,
            final byte[] transport) {
        final byte[] packet = source.family() == Family.IPV4
                ? ipv4(source, destination, protocol, fields, transport)
                : ipv6(source, destination, protocol, fields, transport);
        fillChecksum(packet, protocol);
        return packet;
    }

    private static byte[] ipv4(
            final IpAddress source,
            final IpAddress destination,
            final int protocol,
            final IpFields fields,
            final byte[] transport) {
        final ByteBuffer packet = ByteBuffer.allocate(IPV4_HEADER + transport.length);
        packet.put((byte) 0x45).put((byte) fields.trafficClass()).putShort((short) packet.capacity());
        packet.putShort((short) fields.id()).putShort((short) DONT_FRAGMENT);
        packet.put((byte) fields.ttl()).put((byte) protocol).putShort((short) 0);
        packet.put(source.bytes()).put(destination.bytes()).put(transport);
        packet.putShort(10, (short) ~sum(packet.array(), 0, IPV4_HEADER, 0));
        return packet.array();
    }

    private static byte[] ipv6(
            final IpAddress source,
            final IpAddress destination,
            final int protocol,
            final IpFields fields,
            final byte[] transport) {
        final ByteBuffer packet = ByteBuffer.allocate(IPV6_HEADER + transport.length);
        packet.putInt(6 << 28 | fields.trafficClass() << 20).putShort((short) transport.length);
        packet.put((byte) protocol).put((byte) fields.ttl());
        packet.put(source.bytes()).put(destination.bytes()).put(transport);
        return packet.array();
    }

    static byte[] tcp(
            final int sourcePort,
            final int destinationPort,
            final int sequence,
            final int acknowledgement,
            final int flags,
            final byte[] payload) {
        final ByteBuffer segment = ByteBuffer.allocate(20 + payload.length);
        segment.putShort((short) sourcePort).putShort((short) destinationPort);
        segment.putInt(sequence).putInt(acknowledgement);
        segment.put((byte) 0x50)
                .put((byte) flags)
                .putShort((short) TCP_WINDOW)
                .putInt(0)
                .put(payload);
        return segment.array();
    }

    static byte[] udp(final int sourcePort, final int destinationPort, final byte[] payload) {
        final ByteBuffer datagram = ByteBuffer.allocate(8 + payload.length);
        datagram.putShort((short) sourcePort).putShort((short) destinationPort);
        datagram.putShort((short) datagram.capacity()).putShort((short) 0).put(payload);
        return datagram.array();
    }

    /** An ICMP or ICMPv6 message. @param rest the four bytes behind the checksum */
    static byte[] icmp(final int type, final int code, final int rest, final byte[] payload) {
        final ByteBuffer message = ByteBuffer.allocate(8 + payload.length);
        message.put((byte) type)
                .put((byte) code)
                .putShort((short) 0)
                .putInt(rest)
                .put(payload);
        return message.array();
    }

    /** An SCTP packet with an INIT chunk, verification tag 0. */
    static byte[] sctpInit(final int sourcePort, final int destinationPort, final int initiateTag) {
        final ByteBuffer packet = ByteBuffer.allocate(32);
        packet.putShort((short) sourcePort)
                .putShort((short) destinationPort)
                .putInt(0)
                .putInt(0);
        packet.put((byte) 1).put((byte) 0).putShort((short) 20);
        packet.putInt(initiateTag)
                .putInt(TCP_WINDOW)
                .putShort((short) 10)
                .putShort((short) 10)
                .putInt(initiateTag);
        return packet.array();
    }

    /**
     * A fragment of a packet whose IP header has neither options nor extensions. It may be cut further on its way.
     *
     * @param first byte behind the IP header, a multiple of 8
     * @param last the last byte
     * @param id of IPv6's fragment header; IPv4 has one already
     */
    static byte[] fragment(final byte[] whole, final int first, final int last, final int id) {
        final boolean ipv4 = whole[0] >>> 4 == 4;
        final int header = ipv4 ? IPV4_HEADER : IPV6_HEADER;
        final boolean more = header + last + 1 < whole.length;
        final int length = last - first + 1;
        final ByteBuffer packet = ByteBuffer.allocate(header + (ipv4 ? 0 : FRAGMENT_HEADER) + length);
        packet.put(whole, 0, header);
        if (ipv4) {
            packet.putShort(2, (short) packet.capacity());
            packet.putShort(6, (short) (first / 8 | (more ? MORE_FRAGMENTS : 0)));
            packet.putShort(10, (short) 0);
            packet.putShort(10, (short) ~sum(packet.array(), 0, IPV4_HEADER, 0));
        } else {
            packet.putShort(4, (short) (FRAGMENT_HEADER + length));
            packet.put(6, (byte) IpProtocol.IPV6_FRAG.number());
            packet.put(whole[6])
                    .put((byte) 0)
                    .putShort((short) (first | (more ? 1 : 0)))
                    .putInt(id);
        }
        return packet.put(whole, header + first, length).array();
    }

    private static void fillChecksum(final byte[] packet, final int protocol) {
        final int at = Tuple.transportOffset(packet);
        if (protocol == IpProtocol.SCTP.number() && packet.length >= at + 12) {
            final CRC32C crc = new CRC32C();
            crc.update(packet, at, packet.length - at);
            ByteBuffer.wrap(packet).putInt(at + 8, Integer.reverseBytes((int) crc.getValue()));
            return;
        }
        final int field = checksumField(protocol);
        if (field < 0 || packet.length < at + field + 2) {
            return;
        }
        final boolean pseudo = protocol != IpProtocol.ICMP.number();
        final int length = packet.length - at;
        final int begin = pseudo ? addressSum(packet) + protocol + length : 0;
        final int checksum = ~sum(packet, at, length, begin) & 0xFFFF;
        final boolean zeroMeansNone = protocol == IpProtocol.UDP.number() && checksum == 0;
        ByteBuffer.wrap(packet).putShort(at + field, (short) (zeroMeansNone ? 0xFFFF : checksum));
    }

    private static int checksumField(final int protocol) {
        if (protocol == IpProtocol.TCP.number()) {
            return 16;
        }
        if (protocol == IpProtocol.UDP.number()) {
            return 6;
        }
        return Tuple.isIcmp(protocol) ? 2 : -1;
    }

    private static int addressSum(final byte[] packet) {
        return packet[0] >>> 4 == 4 ? sum(packet, 12, 8, 0) : sum(packet, 8, 32, 0);
    }

    /** The ones' complement sum (RFC 1071), folded to 16 bits. */
    private static int sum(final byte[] bytes, final int at, final int length, final int begin) {
        int sum = begin;
        for (int i = 0; i + 1 < length; i += 2) {
            sum += Tuple.shortAt(bytes, at + i);
        }
        if ((length & 1) != 0) {
            sum += (bytes[at + length - 1] & 0xFF) << 8;
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xFFFF) + (sum >>> 16);
        }
        return sum;
    }
}
