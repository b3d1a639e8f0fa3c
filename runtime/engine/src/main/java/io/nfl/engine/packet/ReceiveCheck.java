// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.packet;

import io.nfl.api.net.Family;
import io.nfl.api.packet.Ipv4Header;
import io.nfl.api.packet.Ipv6Header;
import org.jspecify.annotations.Nullable;

/** What IP looks at before PREROUTING (net/ipv4/ip_input.c {@code ip_rcv_core}; net/ipv6/ip6_input.c). */
public final class ReceiveCheck {
    private static final long MAPPED_V4 = 0xFFFF_0000_0000L;

    private ReceiveCheck() {}

    /**
     * Loads the bytes as they came into {@code packet}, cut to the length that the header tells. The family is the
     * first nibble's.
     *
     * @return null where the packet is good
     */
    public static @Nullable DropReason load(
            final Packet packet, final byte[] bytes, final int from, final int length, final boolean loopback) {
        if (length < 1) {
            return DropReason.TRUNCATED;
        }
        final int version = (bytes[from] & 0xF0) >>> 4;
        if (version == 4) {
            return ipv4(packet, bytes, from, length);
        }
        return version == 6 ? ipv6(packet, bytes, from, length, loopback) : DropReason.BAD_VERSION;
    }

    private static @Nullable DropReason ipv4(
            final Packet packet, final byte[] bytes, final int from, final int length) {
        if (length < Ipv4Header.MIN_LENGTH) {
            return DropReason.TRUNCATED;
        }
        final int header = 4 * (bytes[from] & 0xF);
        if (header < Ipv4Header.MIN_LENGTH || header > length) {
            return DropReason.BAD_HEADER_LENGTH;
        }
        if (Checksum.fold(Checksum.sum(bytes, from, header)) != 0) {
            return DropReason.BAD_HEADER_CHECKSUM;
        }
        final int total =
                (bytes[from + Ipv4Header.TOTAL_LENGTH] & 0xFF) << 8 | bytes[from + Ipv4Header.TOTAL_LENGTH + 1] & 0xFF;
        if (total > length) {
            return DropReason.TRUNCATED;
        }
        if (total < header) {
            return DropReason.BAD_TOTAL_LENGTH;
        }
        packet.load(Family.IPV4, bytes, from, total);
        return null;
    }

    private static @Nullable DropReason ipv6(
            final Packet packet, final byte[] bytes, final int from, final int length, final boolean loopback) {
        if (length < Ipv6Header.LENGTH) {
            return DropReason.TRUNCATED;
        }
        final int payload = (bytes[from + Ipv6Header.PAYLOAD_LENGTH] & 0xFF) << 8
                | bytes[from + Ipv6Header.PAYLOAD_LENGTH + 1] & 0xFF;
        final int next = bytes[from + Ipv6Header.NEXT_HEADER];
        // A length of 0 is a jumbogram's (RFC 2675) only where a hop-by-hop header follows.
        final int total = payload == 0 && next == 0 ? length : payload + Ipv6Header.LENGTH;
        if (total > length) {
            return DropReason.TRUNCATED;
        }
        packet.load(Family.IPV6, bytes, from, total);
        return addressesMayArrive(packet, loopback) ? hopByHop(packet) : DropReason.BAD_ADDRESS;
    }

    /** RFC 4291: loopback, multicast and mapped sources, multicast of scope 0, and of scope 1 from a wire. */
    private static boolean addressesMayArrive(final Packet packet, final boolean loopback) {
        final long sourceHigh = packet.ipv6SourceHigh();
        final long sourceLow = packet.ipv6SourceLow();
        final long destinationHigh = packet.ipv6DestinationHigh();
        final boolean fromLoopback = sourceHigh == 0 && sourceLow == 1;
        final boolean toLoopback = destinationHigh == 0 && packet.ipv6DestinationLow() == 1;
        if (!loopback && (fromLoopback || toLoopback)) {
            return false;
        }
        final boolean toMulticast = destinationHigh >>> 56 == 0xFF;
        final int scope = (int) (destinationHigh >>> 48) & 0xF;
        if (toMulticast && (scope == 0 || scope == 1 && !loopback)) {
            return false;
        }
        final boolean mapped = sourceHigh == 0 && (sourceLow & 0xFFFF_FFFF_0000_0000L) == MAPPED_V4;
        return sourceHigh >>> 56 != 0xFF && !mapped;
    }

    /** {@code ipv6_parse_hopopts}: the header must fit; its padding is taken, router alert too, jumbo is refused. */
    private static @Nullable DropReason hopByHop(final Packet packet) {
        if (packet.byteAt(Ipv6Header.NEXT_HEADER) != 0) {
            return null;
        }
        final int at = Ipv6Header.LENGTH;
        if (packet.length() < at + 8 || packet.length() < at + 8 * (packet.byteAt(at + 1) + 1)) {
            return DropReason.BAD_OPTIONS;
        }
        final int end = at + 8 * (packet.byteAt(at + 1) + 1);
        int option = at + 2;
        int padding = 0;
        while (option < end) {
            final int type = packet.byteAt(option);
            final int next =
                    type == PAD_1 ? option + 1 : option + 1 < end ? option + 2 + packet.byteAt(option + 1) : end + 1;
            padding = type == PAD_1 || type == PAD_N ? padding + next - option : 0;
            if (next > end || !optionIsTaken(type) || padding > MAX_PADDING || !isZeroPadding(packet, option, next)) {
                return DropReason.BAD_OPTIONS;
            }
            option = next;
        }
        return null;
    }

    /** {@code ip6_parse_tlv} takes no padding that carries anything (RFC 4942, 2.1.9.5). */
    private static boolean isZeroPadding(final Packet packet, final int option, final int next) {
        if (packet.byteAt(option) == PAD_N) {
            for (int i = option + 2; i < next; i++) {
                if (packet.byteAt(i) != 0) {
                    return false;
                }
            }
        }
        return true;
    }

    private static final int PAD_1 = 0;
    private static final int PAD_N = 1;
    /** Longer padding aligns nothing. */
    private static final int MAX_PADDING = 7;

    private static final int ROUTER_ALERT = 5;
    /** The upper two bits of an option's type: 00 lets the packet pass although the option is unknown. */
    private static final int ACTION_MASK = 0xC0;

    private static boolean optionIsTaken(final int type) {
        return type == PAD_1 || type == PAD_N || type == ROUTER_ALERT || (type & ACTION_MASK) == 0;
    }
}
