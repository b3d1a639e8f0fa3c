// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.pipeline;

import io.nfl.api.net.Family;
import io.nfl.api.net.IpProtocol;
import io.nfl.api.packet.IcmpHeader;
import io.nfl.api.packet.Ipv4Header;
import io.nfl.api.packet.Ipv6Header;
import io.nfl.api.packet.TcpHeader;
import io.nfl.engine.packet.Packet;

/**
 * How far into a packet translation writes ({@code skb_ensure_writable} in nf_nat_proto.c): so much lies in one piece
 * behind it, and the fragments that the packet is cut into again are others than those that came.
 */
final class WrittenHeaders {
    private static final int SCTP_HEADER = 12;
    /** What an ICMP error quotes of a transport header at least (RFC 792). */
    private static final int LEAST = 8;

    private WrittenHeaders() {}

    /** Bytes of the packet up to the end of what is written of its transport header. */
    static int ofPacket(final Packet packet) {
        final int protocol = packet.transportProtocol();
        return packet.transportOffset() + transport(protocol, Integer.MAX_VALUE);
    }

    /** Bytes of an ICMP error up to the end of what is read, or written, of the packet that it quotes. */
    static int ofQuote(final Packet packet, final boolean isTranslated) {
        final int quote = packet.transportOffset() + IcmpHeader.LENGTH;
        final int least = packet.family() == Family.IPV4 ? Ipv4Header.MIN_LENGTH : Ipv6Header.LENGTH;
        if (!isTranslated || packet.length() < quote + least) {
            return quote + least;
        }
        final boolean ipv4 = packet.family() == Family.IPV4;
        final int header = ipv4 ? (packet.byteAt(quote) & 0xF) << 2 : least;
        final int protocol = packet.byteAt(quote + (ipv4 ? Ipv4Header.PROTOCOL : Ipv6Header.NEXT_HEADER)) & 0xFF;
        return quote + header + transport(protocol, packet.length() - quote - header);
    }

    /** @param there bytes of the header that are there: one that is cut off is written as far as RFC 792 has it */
    private static int transport(final int protocol, final int there) {
        final int whole;
        if (protocol == IpProtocol.TCP.number()) {
            whole = TcpHeader.MIN_LENGTH;
        } else if (protocol == IpProtocol.SCTP.number()) {
            whole = SCTP_HEADER;
        } else {
            whole = LEAST;
        }
        return there >= whole ? whole : LEAST;
    }
}
