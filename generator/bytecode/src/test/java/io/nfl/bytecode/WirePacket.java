// SPDX-License-Identifier: Apache-2.0
package io.nfl.bytecode;

import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.engine.packet.Checksum;
import java.nio.ByteBuffer;

/** Well-formed packets as bytes, and what is read of them. */
final class WirePacket {
    static final int TCP = 6;
    static final int UDP = 17;
    private static final int PROTOCOL_ICMP = 1;
    private static final int PROTOCOL_ICMPV6 = 58;

    private WirePacket() {}

    static int icmp(Family family) {
        return family == Family.IPV4 ? PROTOCOL_ICMP : PROTOCOL_ICMPV6;
    }

    /** Who speaks to whom; ports are 0 for ICMP. */
    record Tuple(IpAddress source, int sourcePort, IpAddress destination, int destinationPort) {
        Tuple inverted() {
            return new Tuple(destination, destinationPort, source, sourcePort);
        }
    }

    static byte[] tcp(Tuple tuple, long sequence, long ack, int flags, int payload) {
        final ByteBuffer segment = ByteBuffer.allocate(20 + payload)
                .putShort((short) tuple.sourcePort())
                .putShort((short) tuple.destinationPort())
                .putInt((int) sequence)
                .putInt((int) ack)
                .put((byte) 0x50)
                .put((byte) flags)
                .putShort((short) 64240);
        return ip(tuple, TCP, segment.array(), 16);
    }

    static byte[] udp(Tuple tuple, int payload) {
        final ByteBuffer datagram = ByteBuffer.allocate(8 + payload)
                .putShort((short) tuple.sourcePort())
                .putShort((short) tuple.destinationPort())
                .putShort((short) (8 + payload));
        return ip(tuple, UDP, datagram.array(), 6);
    }

    static byte[] icmp(Tuple tuple, int type, int code, int rest, byte[] payload) {
        final ByteBuffer message = ByteBuffer.allocate(8 + payload.length)
                .put((byte) type)
                .put((byte) code)
                .putShort((short) 0)
                .putInt(rest)
                .put(payload);
        return ip(tuple, icmp(tuple.source().family()), message.array(), 2);
    }

    private static byte[] ip(Tuple tuple, int protocol, byte[] transport, int checksumAt) {
        final byte[] source = tuple.source().bytes();
        final byte[] destination = tuple.destination().bytes();
        final boolean ipv4 = tuple.source().family() == Family.IPV4;
        long sum = Checksum.sum(transport, 0, transport.length);
        if (protocol != PROTOCOL_ICMP) {
            sum += Checksum.sum(source, 0, source.length) + Checksum.sum(destination, 0, destination.length);
            sum += protocol + transport.length;
        }
        ByteBuffer.wrap(transport).putShort(checksumAt, (short) Checksum.fold(sum));
        final ByteBuffer packet = ByteBuffer.allocate((ipv4 ? 20 : 40) + transport.length);
        if (ipv4) {
            packet.putShort((short) 0x4500).putShort((short) packet.capacity()).putInt(0x00014000);
            packet.putShort((short) (64 << 8 | protocol))
                    .putShort((short) 0)
                    .put(source)
                    .put(destination);
            packet.putShort(10, (short) Checksum.fold(Checksum.sum(packet.array(), 0, 20)));
        } else {
            packet.putInt(6 << 28).putShort((short) transport.length).putShort((short) (protocol << 8 | 64));
            packet.put(source).put(destination);
        }
        return packet.put(transport).array();
    }

    /** Addresses and, after a header without options, the two ports (for ICMP whatever stands there). */
    static Tuple tuple(byte[] packet) {
        final ByteBuffer bytes = ByteBuffer.wrap(packet);
        final boolean ipv4 = packet[0] >>> 4 == 4;
        final int length = ipv4 ? 4 : 16;
        final int at = ipv4 ? 12 : 8;
        final byte[] source = new byte[length];
        final byte[] destination = new byte[length];
        bytes.get(at, source).get(at + length, destination);
        final int transport = ipv4 ? 20 : 40;
        return new Tuple(
                IpAddress.of(source),
                Short.toUnsignedInt(bytes.getShort(transport)),
                IpAddress.of(destination),
                Short.toUnsignedInt(bytes.getShort(transport + 2)));
    }

    static int protocol(byte[] packet) {
        return packet[packet[0] >>> 4 == 4 ? 9 : 6];
    }
}
