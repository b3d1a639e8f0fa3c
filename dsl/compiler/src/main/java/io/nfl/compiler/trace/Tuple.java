// SPDX-License-Identifier: Apache-2.0
package io.nfl.compiler.trace;

import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.api.net.IpProtocol;
import java.util.Arrays;

/** The addresses, protocol and ports (ICMP: id, in both) of a whole packet without extension headers. */
public record Tuple(IpAddress source, int sourcePort, IpAddress destination, int destinationPort, int protocol) {
    static final int IPV4_HEADER = 20;
    private static final int IPV4_ADDRESSES = 12;
    private static final int IPV6_ADDRESSES = 8;
    private static final int IPV6_HEADER = 40;

    public static Tuple of(final byte[] packet) {
        final boolean ipv4 = packet[0] >>> 4 == 4;
        final int at = ipv4 ? IPV4_ADDRESSES : IPV6_ADDRESSES;
        final int size = ipv4 ? 4 : 16;
        final IpAddress source = IpAddress.of(Arrays.copyOfRange(packet, at, at + size));
        final IpAddress destination = IpAddress.of(Arrays.copyOfRange(packet, at + size, at + 2 * size));
        final int protocol = protocol(packet);
        final int transport = transportOffset(packet);
        if (hasPorts(protocol) && packet.length >= transport + 4) {
            return new Tuple(source, shortAt(packet, transport), destination, shortAt(packet, transport + 2), protocol);
        }
        if (isIcmp(protocol) && packet.length >= transport + 6) {
            final int id = shortAt(packet, transport + 4);
            return new Tuple(source, id, destination, id, protocol);
        }
        return new Tuple(source, 0, destination, 0, protocol);
    }

    /** Of the transport header, or of the first extension header. */
    public static int protocol(final byte[] packet) {
        return packet[packet[0] >>> 4 == 4 ? 9 : 6] & 0xFF;
    }

    public Tuple inverted() {
        return new Tuple(destination, destinationPort, source, sourcePort, protocol);
    }

    public Family family() {
        return source.family();
    }

    public static int transportOffset(final byte[] packet) {
        return packet[0] >>> 4 == 4 ? 4 * (packet[0] & 0xF) : IPV6_HEADER;
    }

    public static boolean hasPorts(final int protocol) {
        return protocol == IpProtocol.TCP.number()
                || protocol == IpProtocol.UDP.number()
                || protocol == IpProtocol.SCTP.number()
                || protocol == IpProtocol.DCCP.number()
                || protocol == IpProtocol.UDPLITE.number();
    }

    public static boolean isIcmp(final int protocol) {
        return protocol == IpProtocol.ICMP.number() || protocol == IpProtocol.IPV6_ICMP.number();
    }

    public static int shortAt(final byte[] bytes, final int at) {
        return (bytes[at] & 0xFF) << 8 | bytes[at + 1] & 0xFF;
    }
}
