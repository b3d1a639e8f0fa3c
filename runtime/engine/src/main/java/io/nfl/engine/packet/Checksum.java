// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.packet;

import io.nfl.api.net.Family;
import io.nfl.api.net.IpProtocol;
import io.nfl.api.packet.Ipv4Header;
import io.nfl.api.packet.TcpHeader;
import io.nfl.api.packet.UdpHeader;

/** The Internet checksum: whole (RFC 1071), by increments (RFC 1624), and with the pseudo header of TCP and UDP. */
public final class Checksum {
    private Checksum() {}

    /** The sum of 16-bit words in network order, not folded. {@code length} may be odd. */
    public static long sum(final byte[] bytes, final int from, final int length) {
        long sum = 0;
        final int even = from + (length & ~1);
        for (int i = from; i < even; i += 2) {
            sum += (bytes[i] & 0xFF) << 8 | bytes[i + 1] & 0xFF;
        }
        return (length & 1) == 0 ? sum : sum + ((bytes[even] & 0xFF) << 8);
    }

    /** Folds to 16 bits and complements: what is written into a header. */
    public static int fold(final long sum) {
        long folded = (sum >>> 32) + (sum & 0xFFFF_FFFFL);
        while (folded >>> 16 != 0) {
            folded = (folded >>> 16) + (folded & 0xFFFF);
        }
        return (int) ~folded & 0xFFFF;
    }

    /** {@code csum_replace2}: a 16-bit word under the checksum changed from {@code from} to {@code to}. */
    public static int replace16(final int checksum, final int from, final int to) {
        return fold((long) (~checksum & 0xFFFF) + (~from & 0xFFFF) + (to & 0xFFFF));
    }

    /** {@code csum_replace4}: a 32-bit word changed. */
    public static int replace32(final int checksum, final int from, final int to) {
        return replace16(replace16(checksum, from >>> 16, to >>> 16), from & 0xFFFF, to & 0xFFFF);
    }

    /** Writes the IPv4 header's checksum ({@code ip_send_check}). */
    public static void ipv4(final Packet packet) {
        packet.putShort(Ipv4Header.CHECKSUM, 0);
        packet.putShort(Ipv4Header.CHECKSUM, fold(sum(packet.bytes(), 0, Ipv4Header.length(packet))));
    }

    /** The sum of the pseudo header (RFC 9293 section 3.1, RFC 8200 section 8.1), not folded. */
    public static long pseudoHeader(final Packet packet, final int protocol, final int transportLength) {
        final long addresses = packet.family() == Family.IPV4
                ? sum(packet.bytes(), Ipv4Header.SOURCE, 8)
                : sum(packet.bytes(), io.nfl.api.packet.Ipv6Header.SOURCE, 32);
        return addresses + protocol + (transportLength >>> 16) + (transportLength & 0xFFFF);
    }

    /**
     * What a receiver computes over the transport part, pseudo header counted; 0 where the checksum is good.
     *
     * @param protocol the pseudo header's; ICMP has none
     */
    public static int verify(final Packet packet, final int protocol, final int length) {
        final long payload = sum(packet.bytes(), packet.transportOffset(), length);
        return fold(
                hasPseudoHeader(packet.family(), protocol)
                        ? payload + pseudoHeader(packet, protocol, length)
                        : payload);
    }

    /** Writes the checksum of the transport header that lies {@code at} bytes into it. */
    public static void transport(final Packet packet, final int protocol, final int at) {
        final int field = packet.transportOffset() + at;
        packet.putShort(field, 0);
        final int value = verify(packet, protocol, packet.transportBytes());
        packet.putShort(field, value == 0 && protocol == IpProtocol.UDP.number() ? 0xFFFF : value);
    }

    /**
     * Leaves the checksum to the device ({@code CHECKSUM_PARTIAL}): the field holds the pseudo header's sum, not
     * complemented, until {@link #complete}.
     */
    public static void leaveToDevice(final Packet packet, final int protocol, final int at) {
        final long sum = pseudoHeader(packet, protocol, packet.transportBytes());
        packet.putShort(packet.transportOffset() + at, ~fold(sum) & 0xFFFF);
        packet.checksumPartial = true;
    }

    /** {@code skb_checksum_help}: what the device would do. */
    public static void complete(final Packet packet) {
        final boolean tcp = packet.transportProtocol() == IpProtocol.TCP.number();
        final int field = packet.transportOffset() + (tcp ? TcpHeader.CHECKSUM : UdpHeader.CHECKSUM);
        final int value = fold(sum(packet.bytes(), packet.transportOffset(), packet.transportBytes()));
        packet.putShort(field, value == 0 ? 0xFFFF : value);
        packet.checksumPartial = false;
    }

    private static boolean hasPseudoHeader(final Family family, final int protocol) {
        return family == Family.IPV6 || protocol == IpProtocol.TCP.number() || protocol == IpProtocol.UDP.number();
    }
}
