// SPDX-License-Identifier: Apache-2.0
package io.nfl.compiler.trace;

import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.api.net.IpProtocol;
import java.util.Arrays;

/** The addresses, protocol and ports (ICMP: id, in both) of a packet; a later fragment has no ports. */
public record Tuple(IpAddress source, int sourcePort, IpAddress destination, int destinationPort, int protocol) {
    static final int IPV4_HEADER = 20;
    private static final int IPV4_ADDRESSES = 12;
    private static final int IPV6_ADDRESSES = 8;
    private static final int IPV6_HEADER = 40;
    /** Extension headers are as many of them as they say; fragments begin at multiples of it. */
    private static final int EXTENSION_UNIT = 8;

    public static Tuple of(final byte[] packet) {
        final boolean ipv4 = packet[0] >>> 4 == 4;
        final int at = ipv4 ? IPV4_ADDRESSES : IPV6_ADDRESSES;
        final int size = ipv4 ? 4 : 16;
        final IpAddress source = IpAddress.of(Arrays.copyOfRange(packet, at, at + size));
        final IpAddress destination = IpAddress.of(Arrays.copyOfRange(packet, at + size, at + 2 * size));
        final int protocol = protocol(packet);
        final int transport = transportOffset(packet);
        if (fragmentOffset(packet) != 0) {
            return new Tuple(source, 0, destination, 0, protocol);
        }
        if (hasPorts(protocol) && packet.length >= transport + 4) {
            return new Tuple(source, shortAt(packet, transport), destination, shortAt(packet, transport + 2), protocol);
        }
        if (isIcmp(protocol) && packet.length >= transport + 6) {
            final int id = shortAt(packet, transport + 4);
            return new Tuple(source, id, destination, id, protocol);
        }
        return new Tuple(source, 0, destination, 0, protocol);
    }

    /** Of the transport header. */
    public static int protocol(final byte[] packet) {
        return packet[0] >>> 4 == 4 ? packet[9] & 0xFF : packet[nextHeaderField(packet)] & 0xFF;
    }

    /** Where the number of what follows the last extension header stands. */
    private static int nextHeaderField(final byte[] packet) {
        int field = 6;
        int at = IPV6_HEADER;
        while (isExtension(packet[field] & 0xFF) && packet.length >= at + EXTENSION_UNIT) {
            final boolean fragment = packet[field] == IpProtocol.IPV6_FRAG.number();
            field = at;
            at += fragment ? EXTENSION_UNIT : EXTENSION_UNIT * (1 + (packet[at + 1] & 0xFF));
        }
        return field;
    }

    private static boolean isExtension(final int header) {
        return header == 0
                || header == IpProtocol.IPV6_ROUTE.number()
                || header == IpProtocol.IPV6_FRAG.number()
                || header == IpProtocol.IPV6_OPTS.number();
    }

    /** Where IPv6's fragment header begins; -1 where it has none. */
    private static int fragmentHeader(final byte[] packet) {
        int header = packet[6] & 0xFF;
        int at = IPV6_HEADER;
        while (isExtension(header) && packet.length >= at + EXTENSION_UNIT) {
            if (header == IpProtocol.IPV6_FRAG.number()) {
                return at;
            }
            header = packet[at] & 0xFF;
            at += EXTENSION_UNIT * (1 + (packet[at + 1] & 0xFF));
        }
        return -1;
    }

    /** How many bytes of the whole packet behind the IP header stand before these; 0 for the first, and for all. */
    static int fragmentOffset(final byte[] packet) {
        if (packet[0] >>> 4 == 4) {
            return (shortAt(packet, 6) & 0x1FFF) * EXTENSION_UNIT;
        }
        final int at = fragmentHeader(packet);
        return at < 0 ? 0 : shortAt(packet, at + 2) & ~0x7;
    }

    /** Where the bytes of a fragment begin. */
    static int fragmentable(final byte[] packet) {
        return packet[0] >>> 4 == 4 ? 4 * (packet[0] & 0xF) : fragmentHeader(packet) + EXTENSION_UNIT;
    }

    static boolean isFragment(final byte[] packet) {
        if (packet[0] >>> 4 == 4) {
            return (shortAt(packet, 6) & 0x3FFF) != 0;
        }
        return fragmentHeader(packet) >= 0;
    }

    public Tuple inverted() {
        return new Tuple(destination, destinationPort, source, sourcePort, protocol);
    }

    public Family family() {
        return source.family();
    }

    public static int transportOffset(final byte[] packet) {
        if (packet[0] >>> 4 == 4) {
            return 4 * (packet[0] & 0xF);
        }
        final int field = nextHeaderField(packet);
        if (field < IPV6_HEADER) {
            return IPV6_HEADER;
        }
        return field == fragmentHeader(packet)
                ? field + EXTENSION_UNIT
                : field + EXTENSION_UNIT * (1 + (packet[field + 1] & 0xFF));
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
