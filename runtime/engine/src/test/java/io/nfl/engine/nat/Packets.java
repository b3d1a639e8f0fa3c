// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.nat;

import io.nfl.api.net.IpAddress;
import io.nfl.engine.packet.Checksum;
import io.nfl.engine.packet.Packet;
import io.nfl.engine.packet.SctpChecksum;
import java.nio.ByteBuffer;

/** Whole packets with good checksums for tests. */
final class Packets {
    private Packets() {}

    static Packet udp(final NatHost host, final String source, final int sport, final String to, final int dport) {
        return ip(
                host,
                source,
                to,
                17,
                ByteBuffer.allocate(12)
                        .putShort((short) sport)
                        .putShort((short) dport)
                        .putShort((short) 12)
                        .array());
    }

    static Packet tcp(
            final NatHost host,
            final String source,
            final int sport,
            final String to,
            final int dport,
            final int flags,
            final int sequence) {
        return ip(
                host,
                source,
                to,
                6,
                ByteBuffer.allocate(20)
                        .putShort((short) sport)
                        .putShort((short) dport)
                        .putInt(sequence)
                        .putInt(0)
                        .put((byte) 0x50)
                        .put((byte) flags)
                        .putShort((short) 64_240)
                        .array());
    }

    static Packet sctp(final NatHost host, final String source, final int sport, final String to, final int dport) {
        return ip(
                host,
                source,
                to,
                132,
                ByteBuffer.allocate(32)
                        .putShort((short) sport)
                        .putShort((short) dport)
                        .putInt(0)
                        .putInt(0)
                        .put((byte) 1)
                        .put((byte) 0)
                        .putShort((short) 20)
                        .putInt(77)
                        .array());
    }

    static Packet echo(final NatHost host, final String source, final String to, final int id) {
        final boolean v4 = IpAddress.parse(source).family().bits() == 32;
        return ip(
                host,
                source,
                to,
                v4 ? 1 : 58,
                ByteBuffer.allocate(12)
                        .put((byte) (v4 ? 8 : 128))
                        .put((byte) 0)
                        .putShort((short) 0)
                        .putShort((short) id)
                        .array());
    }

    private static Packet ip(
            final NatHost host, final String source, final String to, final int protocol, final byte[] payload) {
        final byte[] from = IpAddress.parse(source).bytes();
        final boolean v4 = from.length == 4;
        final int header = v4 ? 20 : 40;
        final ByteBuffer bytes = ByteBuffer.allocate(header + payload.length);
        if (v4) {
            bytes.put((byte) 0x45).put((byte) 0).putShort((short) bytes.capacity());
            bytes.putInt(0x0001_4000).put((byte) 64).put((byte) protocol).putShort((short) 0);
        } else {
            bytes.putInt(0x6000_0000)
                    .putShort((short) payload.length)
                    .put((byte) protocol)
                    .put((byte) 64);
        }
        bytes.put(from).put(IpAddress.parse(to).bytes()).put(payload);
        final Packet packet = host.packet(bytes.array());
        if (v4) {
            Checksum.ipv4(packet);
        }
        fill(packet, protocol);
        return packet;
    }

    /** Where the transport checksum lies in its header. */
    static int checksumAt(final int protocol) {
        return switch (protocol) {
            case 6 -> 16;
            case 17 -> 6;
            case 132 -> 8;
            default -> 2;
        };
    }

    static void fill(final Packet packet, final int protocol) {
        if (protocol == 132) {
            final int at = packet.transportOffset();
            packet.putInt(at + 8, SctpChecksum.compute(packet.bytes(), at, packet.transportBytes()));
        } else {
            Checksum.transport(packet, protocol, checksumAt(protocol));
        }
    }
}
