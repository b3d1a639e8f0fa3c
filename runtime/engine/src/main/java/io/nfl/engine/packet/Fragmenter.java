// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.packet;

import io.nfl.api.net.Family;
import io.nfl.api.packet.Ipv4Header;
import io.nfl.api.packet.Ipv6Header;

/**
 * Cuts packets at output: net/ipv4/ip_output.c {@code ip_do_fragment}, net/ipv6/ip6_output.c {@code ip6_fragment}. A
 * packet that was put together from fragments is cut where it was joined, if these pieces still fit. Reuses its buffer;
 * NOT thread safe.
 */
public final class Fragmenter {
    /** Takes a finished fragment; the array is reused for the next one. */
    @FunctionalInterface
    public interface Sink {
        void fragment(byte[] bytes, int length);
    }

    private static final int NEXT_FRAGMENT = 44;

    private byte[] buffer = new byte[0];

    /**
     * Cuts the packet.
     *
     * @param mtu of the route; {@link Packet#fragmentMaxSize} below it wins
     * @param identification of an IPv6 fragment header
     */
    public void cut(final Packet packet, final int mtu, final int identification, final Sink sink) {
        if (buffer.length < packet.length() + Ipv6Header.FRAGMENT_HEADER_LENGTH) {
            buffer = new byte[packet.length() + Ipv6Header.FRAGMENT_HEADER_LENGTH];
        }
        if (packet.family() == Family.IPV4) {
            cutIpv4(packet, smaller(packet, mtu), sink);
        } else {
            cutIpv6(packet, Math.max(smaller(packet, mtu), Ipv6Header.MIN_MTU), identification, sink);
        }
    }

    private static int smaller(final Packet packet, final int mtu) {
        return packet.fragmentMaxSize == 0 ? mtu : Math.min(mtu, packet.fragmentMaxSize);
    }

    private void cutIpv4(final Packet packet, final int mtu, final Sink sink) {
        final int header = Ipv4Header.length(packet);
        final int room = mtu - header;
        final int payload = packet.length() - header;
        final int field = packet.shortAt(Ipv4Header.FRAGMENT);
        final int base = (field & Ipv4Header.OFFSET_MASK) << 3;
        final boolean lastHasMore = (field & Ipv4Header.MORE_FRAGMENTS) != 0;
        final boolean joined = keepsJoints(packet, room, payload);
        int at = 0;
        for (int i = 0; at < payload; i++) {
            final int size = joined ? packet.fragmentSizes[i] : size(payload - at, room);
            System.arraycopy(packet.bytes(), 0, buffer, 0, header);
            System.arraycopy(packet.bytes(), header + at, buffer, header, size);
            final boolean more = at + size < payload || lastHasMore;
            final int dontFragment = packet.fragmentsDontFragment && !joined ? Ipv4Header.DONT_FRAGMENT : 0;
            short16(Ipv4Header.FRAGMENT, base + at >>> 3 | (more ? Ipv4Header.MORE_FRAGMENTS : 0) | dontFragment);
            short16(Ipv4Header.TOTAL_LENGTH, header + size);
            if (at + base > 0) {
                blankOptions(header);
            }
            short16(Ipv4Header.CHECKSUM, 0);
            short16(Ipv4Header.CHECKSUM, Checksum.fold(Checksum.sum(buffer, 0, header)));
            sink.fragment(buffer, header + size);
            at += size;
        }
    }

    /** All but the last fragment carry a multiple of eight bytes. */
    private static int size(final int left, final int room) {
        return left <= room ? left : room & ~7;
    }

    private static boolean keepsJoints(final Packet packet, final int room, final int payload) {
        // A packet whose pieces were all pulled into the first is one piece, and no list of pieces is left.
        if (packet.fragmentCount < 2) {
            return false;
        }
        int sum = 0;
        for (int i = 0; i < packet.fragmentCount; i++) {
            final int size = packet.fragmentSizes[i];
            if (size > room || (size & 7) != 0 && i + 1 < packet.fragmentCount) {
                return false;
            }
            sum += size;
        }
        return sum == payload;
    }

    /** {@code ip_options_fragment}: options that are not to be copied become no-operations. */
    private void blankOptions(final int header) {
        int at = Ipv4Header.MIN_LENGTH;
        while (at < header) {
            final int type = buffer[at] & 0xFF;
            if (type == 0) {
                return;
            }
            if (type == 1) {
                at++;
                continue;
            }
            final int size = at + 1 < header ? buffer[at + 1] & 0xFF : 0;
            if (size < 2 || at + size > header) {
                return;
            }
            if ((type & 0x80) == 0) {
                java.util.Arrays.fill(buffer, at, at + size, (byte) 1);
            }
            at += size;
        }
    }

    private void cutIpv6(final Packet packet, final int mtu, final int identification, final Sink sink) {
        final int header = unfragmentable(packet);
        final int room = mtu - header - Ipv6Header.FRAGMENT_HEADER_LENGTH;
        final int payload = packet.length() - header;
        final int nextField = nextHeaderField(packet, header);
        final int next = packet.byteAt(nextField);
        final boolean joined = keepsJoints(packet, room, payload);
        final int body = header + Ipv6Header.FRAGMENT_HEADER_LENGTH;
        int at = 0;
        for (int i = 0; at < payload; i++) {
            final int size = joined ? packet.fragmentSizes[i] : size(payload - at, room);
            System.arraycopy(packet.bytes(), 0, buffer, 0, header);
            System.arraycopy(packet.bytes(), header + at, buffer, body, size);
            buffer[nextField] = NEXT_FRAGMENT;
            short16(Ipv6Header.PAYLOAD_LENGTH, body + size - Ipv6Header.LENGTH);
            buffer[header] = (byte) next;
            buffer[header + 1] = 0;
            short16(header + 2, at | (at + size < payload ? 1 : 0));
            short16(header + 4, identification >>> 16);
            short16(header + 6, identification & 0xFFFF);
            sink.fragment(buffer, body + size);
            at += size;
        }
    }

    /** {@code ip6_find_1stfragopt}: hop-by-hop and routing headers stay in each fragment. */
    private static int unfragmentable(final Packet packet) {
        int next = packet.byteAt(Ipv6Header.NEXT_HEADER);
        int at = Ipv6Header.LENGTH;
        int end = at;
        boolean routing = false;
        while ((next == 0 || next == 43 || next == 60) && packet.length() >= at + 8) {
            if (next == 60 && routing) {
                break;
            }
            final int size = 8 * (packet.byteAt(at + 1) + 1);
            if (next != 60) {
                end = at + size;
                routing |= next == 43;
            }
            next = packet.byteAt(at);
            at += size;
        }
        return end;
    }

    private static int nextHeaderField(final Packet packet, final int header) {
        int field = Ipv6Header.NEXT_HEADER;
        int at = Ipv6Header.LENGTH;
        while (at < header) {
            field = at;
            at += 8 * (packet.byteAt(at + 1) + 1);
        }
        return field;
    }

    private void short16(final int at, final int value) {
        buffer[at] = (byte) (value >>> 8);
        buffer[at + 1] = (byte) value;
    }
}
