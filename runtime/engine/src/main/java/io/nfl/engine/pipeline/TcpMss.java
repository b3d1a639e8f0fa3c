// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.pipeline;

import io.nfl.api.net.Family;
import io.nfl.api.net.IpProtocol;
import io.nfl.api.packet.Ipv4Header;
import io.nfl.api.packet.Ipv6Header;
import io.nfl.api.packet.TcpHeader;
import io.nfl.engine.packet.Checksum;
import io.nfl.engine.packet.Packet;
import io.nfl.engine.route.RouteError;
import io.nfl.engine.route.RouteKey;
import io.nfl.engine.route.RouteResult;
import io.nfl.engine.route.Routing;

/** TCPMSS (net/netfilter/xt_TCPMSS.c): lowers the option, never raises it, and adds it where there is room. */
final class TcpMss {
    private static final int IPV4_DEFAULT = 536;
    private static final int IPV6_DEFAULT = 1220;
    private static final int IPV4_HEADERS = Ipv4Header.MIN_LENGTH + TcpHeader.MIN_LENGTH;
    private static final int IPV6_HEADERS = Ipv6Header.LENGTH + TcpHeader.MIN_LENGTH;

    private final Routing routing;
    private final RouteKey key = new RouteKey();
    private final RouteResult reverse = new RouteResult();

    TcpMss(final Routing routing) {
        this.routing = routing;
    }

    /** The MSS that fits the ways to and fro; 0 or less: the way is too narrow. */
    int clamped(final Packet packet, final RouteResult route) {
        key.clear(packet.family());
        if (packet.family() == Family.IPV4) {
            key.destinationLow = packet.ipv4Source() & 0xFFFF_FFFFL;
        } else {
            key.destinationHigh = packet.ipv6SourceHigh();
            key.destinationLow = packet.ipv6SourceLow();
        }
        final int back = routing.output(key, reverse) == RouteError.NONE ? reverse.mtu() : Integer.MAX_VALUE;
        return Math.min(route.mtu(), back) - (packet.family() == Family.IPV4 ? IPV4_HEADERS : IPV6_HEADERS);
    }

    /** @return false for a segment that is dropped */
    boolean set(final Packet packet, final int mss) {
        if (packet.fragmentOffset() != 0) {
            return true;
        }
        packet.pull(packet.length());
        if (packet.transportProtocol() != IpProtocol.TCP.number() || packet.transportBytes() < TcpHeader.MIN_LENGTH) {
            return false;
        }
        final int at = packet.transportOffset();
        final int header = TcpHeader.length(packet);
        if (header < TcpHeader.MIN_LENGTH || header > packet.transportBytes() || mss <= 0) {
            return false;
        }
        int option = at + TcpHeader.MIN_LENGTH;
        while (option <= at + header - TcpHeader.OPTION_MSS_LENGTH) {
            final int kind = packet.byteAt(option);
            final int size = packet.byteAt(option + 1);
            if (kind == TcpHeader.OPTION_MSS && size == TcpHeader.OPTION_MSS_LENGTH) {
                lower(packet, option + 2, mss);
                return true;
            }
            option += kind <= TcpHeader.OPTION_NOP || size == 0 ? 1 : size;
        }
        if (packet.transportBytes() == header && header < TcpHeader.MAX_LENGTH) {
            add(packet, at, mss);
        }
        return true;
    }

    private static void lower(final Packet packet, final int at, final int mss) {
        final int old = packet.shortAt(at);
        if (old > mss) {
            packet.putShort(at, mss);
            replace(packet, old, mss, false);
        }
    }

    /** {@code inet_proto_csum_replace2}: a checksum that is left to the device covers the pseudo header only. */
    private static void replace(final Packet packet, final int from, final int to, final boolean pseudoHeader) {
        final int field = packet.transportOffset() + TcpHeader.CHECKSUM;
        final int sum = packet.shortAt(field);
        if (!packet.checksumPartial) {
            packet.putShort(field, Checksum.replace16(sum, from, to));
        } else if (pseudoHeader) {
            packet.putShort(field, ~Checksum.replace16(~sum & 0xFFFF, from, to) & 0xFFFF);
        }
    }

    private static void add(final Packet packet, final int at, final int mss) {
        final boolean ipv4 = packet.family() == Family.IPV4;
        final int length = packet.transportBytes();
        final int total = packet.length() + TcpHeader.OPTION_MSS_LENGTH;
        final int value = Math.min(mss, ipv4 ? IPV4_DEFAULT : IPV6_DEFAULT);
        packet.reserve(total);
        final int option = at + TcpHeader.MIN_LENGTH;
        System.arraycopy(
                packet.bytes(),
                option,
                packet.bytes(),
                option + TcpHeader.OPTION_MSS_LENGTH,
                length - TcpHeader.MIN_LENGTH);
        packet.putInt(option, TcpHeader.OPTION_MSS << 24 | TcpHeader.OPTION_MSS_LENGTH << 16 | value);
        packet.length(total);
        replace(packet, length, length + TcpHeader.OPTION_MSS_LENGTH, true);
        replace(packet, 0, packet.shortAt(option), false);
        replace(packet, 0, value, false);
        final int word = packet.shortAt(at + TcpHeader.DATA_OFFSET);
        packet.putShort(at + TcpHeader.DATA_OFFSET, word + (1 << 12));
        replace(packet, word, packet.shortAt(at + TcpHeader.DATA_OFFSET), false);
        if (ipv4) {
            final int before = packet.shortAt(Ipv4Header.TOTAL_LENGTH);
            packet.putShort(Ipv4Header.TOTAL_LENGTH, total);
            packet.putShort(
                    Ipv4Header.CHECKSUM, Checksum.replace16(packet.shortAt(Ipv4Header.CHECKSUM), before, total));
        } else {
            packet.putShort(Ipv6Header.PAYLOAD_LENGTH, total - Ipv6Header.LENGTH);
        }
    }
}
