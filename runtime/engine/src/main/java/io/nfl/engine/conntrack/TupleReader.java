// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.conntrack;

import io.nfl.api.net.Family;
import io.nfl.api.net.IpProtocol;
import io.nfl.api.packet.IcmpHeader;
import io.nfl.api.packet.Ipv4Header;
import io.nfl.api.packet.Ipv6Header;
import io.nfl.engine.packet.Packet;

/** {@code nf_ct_get_tuple}: the tuple of a packet, or of one quoted in it. */
final class TupleReader {
    private static final int PORTS_LENGTH = 4;
    private static final int GRE_VERSION_MASK = 0x7;
    private static final int GRE_VERSION_1 = 1;
    private static final int GRE_PPTP_LENGTH = 8;
    private static final int GRE_CALL_ID = 6;
    private static final int ETHERTYPE_PPP = 0x880B;

    private TupleReader() {}

    /**
     * Reads into {@code tuple}.
     *
     * @param ip where the IP header begins
     * @param transport where the transport header begins
     * @return false where the headers are too short for a tuple
     */
    static boolean read(final Packet packet, final int ip, final int transport, final int protocol, final Tuple tuple) {
        tuple.family = packet.family();
        tuple.protocol = protocol;
        if (packet.family() == Family.IPV4) {
            tuple.sourceHigh = 0;
            tuple.sourceLow = packet.intAt(ip + Ipv4Header.SOURCE) & 0xFFFF_FFFFL;
            tuple.destinationHigh = 0;
            tuple.destinationLow = packet.intAt(ip + Ipv4Header.DESTINATION) & 0xFFFF_FFFFL;
        } else {
            tuple.sourceHigh = packet.longAt(ip + Ipv6Header.SOURCE);
            tuple.sourceLow = packet.longAt(ip + Ipv6Header.SOURCE + Long.BYTES);
            tuple.destinationHigh = packet.longAt(ip + Ipv6Header.DESTINATION);
            tuple.destinationLow = packet.longAt(ip + Ipv6Header.DESTINATION + Long.BYTES);
        }
        return readTransport(packet, transport, tuple);
    }

    private static boolean readTransport(final Packet packet, final int at, final Tuple tuple) {
        tuple.sourcePort = 0;
        tuple.destinationPort = 0;
        final int available = packet.length() - at;
        if (hasPorts(tuple.protocol)) {
            if (available < PORTS_LENGTH) {
                return false;
            }
            tuple.sourcePort = packet.shortAt(at);
            tuple.destinationPort = packet.shortAt(at + 2);
            return true;
        }
        if (tuple.protocol == IpProtocol.ICMP.number() || tuple.protocol == IpProtocol.IPV6_ICMP.number()) {
            if (available < IcmpHeader.LENGTH) {
                return false;
            }
            tuple.sourcePort = packet.shortAt(at + IcmpHeader.REST);
            tuple.destinationPort = packet.shortAt(at);
            return true;
        }
        return tuple.protocol != IpProtocol.GRE.number() || readGre(packet, at, tuple);
    }

    /** Version 1 is keyed by the call id; the other side's is known only to the PPTP helper. */
    private static boolean readGre(final Packet packet, final int at, final Tuple tuple) {
        final int available = packet.length() - at;
        if (available < PORTS_LENGTH
                || (packet.byteAt(at + 1) & GRE_VERSION_MASK) != GRE_VERSION_1
                || available < GRE_PPTP_LENGTH) {
            return true;
        }
        if (packet.shortAt(at + 2) != ETHERTYPE_PPP) {
            return false;
        }
        tuple.destinationPort = packet.shortAt(at + GRE_CALL_ID);
        return true;
    }

    private static boolean hasPorts(final int protocol) {
        return protocol == IpProtocol.TCP.number()
                || protocol == IpProtocol.UDP.number()
                || protocol == IpProtocol.UDPLITE.number()
                || protocol == IpProtocol.SCTP.number();
    }
}
