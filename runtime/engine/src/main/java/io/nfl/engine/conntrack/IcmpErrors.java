// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.conntrack;

import io.nfl.api.net.Family;
import io.nfl.api.net.Hook;
import io.nfl.api.net.IpProtocol;
import io.nfl.api.packet.IcmpHeader;
import io.nfl.api.packet.Ipv6Header;
import io.nfl.engine.packet.Packet;

/**
 * What conntrack does with ICMP before it looks for a connection: errors are RELATED to the one that they quote,
 * neighbour and listener discovery is not tracked. NOT thread safe.
 */
final class IcmpErrors {
    /** Not an error: it goes on as an ordinary packet. */
    static final int GO_ON = 1;
    /** Attached, or not to be tracked. */
    static final int DONE = 2;

    static final int INVALID = 3;

    /** Router and neighbour discovery, multicast listeners and routers ({@code noct_valid_new}). */
    private static final int[] UNTRACKED = {130, 131, 132, 133, 134, 135, 136, 143, 151, 152};

    /** Header, target and destination address of a redirect. */
    private static final int REDIRECT_LENGTH = 40;

    private static final int REDIRECTED_HEADER_OPTION = 4;
    private static final int OPTION_HEADER = 8;
    private static final int MAX_HOP_LIMIT = 255;

    private final ConnectionTable table;
    private final TransportChecksum checksum;
    private final InnerHeader inner = new InnerHeader();
    private final Tuple quoted = new Tuple();
    private final Tuple expected = new Tuple();

    IcmpErrors(final ConnectionTable table, final TransportChecksum checksum) {
        this.table = table;
        this.checksum = checksum;
    }

    int check(final Packet packet, final Zone zone, final Hook hook) {
        final int protocol = packet.transportProtocol();
        if (packet.family() == Family.IPV4 && protocol == IpProtocol.ICMP.number()) {
            return checkV4(packet, zone, hook);
        }
        if (packet.family() == Family.IPV6 && protocol == IpProtocol.IPV6_ICMP.number()) {
            return checkV6(packet, zone, hook);
        }
        return GO_ON;
    }

    /** {@code nf_conntrack_icmpv4_error}. */
    private int checkV4(final Packet packet, final Zone zone, final Hook hook) {
        if (!IcmpHeader.fits(packet)
                || checksum.isBad(packet, IpProtocol.ICMP, hook)
                || IcmpHeader.type(packet) > IcmpHeader.MAX_TYPE) {
            return INVALID;
        }
        return IcmpHeader.isError(IcmpHeader.type(packet))
                ? relate(packet, zone, packet.transportOffset() + IcmpHeader.LENGTH)
                : GO_ON;
    }

    /** {@code nf_conntrack_icmpv6_error}. */
    private int checkV6(final Packet packet, final Zone zone, final Hook hook) {
        if (!IcmpHeader.fits(packet) || checksum.isBad(packet, IpProtocol.IPV6_ICMP, hook)) {
            return INVALID;
        }
        final int type = IcmpHeader.type(packet);
        for (final int untracked : UNTRACKED) {
            if (type == untracked) {
                packet.ctInfo = CtInfo.UNTRACKED;
                return DONE;
            }
        }
        if (type == IcmpHeader.V6_REDIRECT) {
            return checkRedirect(packet, zone);
        }
        return IcmpHeader.isV6Error(type) ? relate(packet, zone, packet.transportOffset() + IcmpHeader.LENGTH) : GO_ON;
    }

    /** {@code nf_conntrack_icmpv6_redirect}. */
    private int checkRedirect(final Packet packet, final Zone zone) {
        final int option = packet.transportOffset() + REDIRECT_LENGTH;
        if (packet.transportBytes() < REDIRECT_LENGTH) {
            return INVALID;
        }
        if (IcmpHeader.code(packet) != 0) {
            return GO_ON;
        }
        final boolean linkLocal = packet.ipv6SourceHigh() >>> 54 == 0xFE80 >>> 6;
        if (packet.ttl() != MAX_HOP_LIMIT || !linkLocal) {
            return INVALID;
        }
        if (packet.length() - option < 2 || packet.byteAt(option + 1) == 0) {
            return INVALID;
        }
        return packet.byteAt(option) == REDIRECTED_HEADER_OPTION ? relate(packet, zone, option + OPTION_HEADER) : GO_ON;
    }

    /** {@code nf_conntrack_inet_error}. @param at where the quoted IP header begins */
    private int relate(final Packet packet, final Zone zone, final int at) {
        if (!inner.locate(packet, at)
                || inner.isLaterFragment()
                || !TupleReader.read(packet, at, inner.offset(), inner.protocol(), quoted)
                || !expected.invert(quoted)) {
            return INVALID;
        }
        final TupleNode node = table.find(expected, zone);
        if (node == null || !isFor(packet, node.tuple)) {
            return INVALID;
        }
        packet.connection = node.connection;
        packet.ctInfo = node.direction == 0 ? CtInfo.RELATED : CtInfo.RELATED_REPLY;
        return DONE;
    }

    /** The error must be sent to the one whose packet it quotes. */
    private static boolean isFor(final Packet packet, final Tuple tuple) {
        return packet.family() == Family.IPV4
                ? tuple.destinationLow == (packet.ipv4Destination() & 0xFFFF_FFFFL)
                : tuple.destinationHigh == packet.longAt(Ipv6Header.DESTINATION)
                        && tuple.destinationLow == packet.longAt(Ipv6Header.DESTINATION + Long.BYTES);
    }
}
