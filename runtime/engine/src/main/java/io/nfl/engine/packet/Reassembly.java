// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.packet;

import io.nfl.api.net.Family;
import io.nfl.api.net.IpProtocol;
import io.nfl.api.packet.Ipv4Header;
import io.nfl.api.packet.Ipv6Header;
import io.nfl.api.packet.TcpHeader;
import io.nfl.api.packet.UdpHeader;
import io.nfl.engine.clock.Clock;
import java.util.HashMap;
import java.util.Map;

/**
 * Puts fragments together: net/ipv4/ip_fragment.c {@code ip_defrag}, net/ipv6/netfilter/nf_conntrack_reasm.c and
 * net/ipv6/reassembly.c.
 */
public final class Reassembly {
    /** Who gathers: fragments of one gatherer do not mix with another's ({@code enum ip_defrag_users}). */
    public enum User {
        CONNTRACK_IN,
        CONNTRACK_OUT,
        LOCAL_DELIVERY
    }

    /** {@link #gather}: the packet is whole. */
    public static final int WHOLE = 0;
    /** {@link #gather}: the fragment is kept, or was a duplicate. */
    public static final int KEPT = 1;
    /** {@link #gather}: the fragment is thrown away. */
    public static final int BAD = 2;

    /** {@code ip_frag_time} 30 s, {@code nf_conntrack_frag6_timeout} 60 s. */
    private static final long IPV4_TIMEOUT = 30 * Clock.NANOS_PER_SECOND;

    private static final long IPV6_TIMEOUT = 60 * Clock.NANOS_PER_SECOND;

    private final Clock clock;
    private final Map<Key, FragmentQueue> queues = new HashMap<>();

    private record Key(
            User user,
            int zone,
            Family family,
            String device,
            int identification,
            int protocol,
            long sourceHigh,
            long sourceLow,
            long destinationHigh,
            long destinationLow) {}

    public Reassembly(final Clock clock) {
        this.clock = clock;
    }

    /** Whether the packet is a fragment that must be gathered. */
    public static boolean isFragment(final Packet packet) {
        return packet.family() == Family.IPV4 ? Ipv4Header.isFragment(packet) : fragmentHeader(packet) >= 0;
    }

    /**
     * {@code ipv6frag_thdr_truncated}: a first IPv6 fragment that has not all of its headers (RFC 8200, section 4.5).
     * Conntrack lets it pass as it is, the host refuses it.
     */
    public static boolean isTruncated(final Packet packet) {
        if (packet.family() == Family.IPV4 || packet.fragmentOffset() != 0) {
            return false;
        }
        final int protocol = packet.transportProtocol();
        if (packet.hasNoTransport()) {
            return false;
        }
        final int header = protocol == IpProtocol.TCP.number()
                ? TcpHeader.MIN_LENGTH
                : protocol == IpProtocol.UDP.number() || protocol == IpProtocol.IPV6_ICMP.number()
                        ? UdpHeader.LENGTH
                        : 1;
        return packet.transportBytes() < header;
    }

    /**
     * Takes a fragment in. When the last one has come, {@code packet} becomes the whole packet.
     *
     * @param zone of conntrack, 0 elsewhere
     */
    public int gather(final Packet packet, final User user, final int zone) {
        return packet.family() == Family.IPV4 ? gatherIpv4(packet, user, zone) : gatherIpv6(packet, user, zone);
    }

    /** Forgets all fragments. */
    public void clear() {
        queues.clear();
    }

    private FragmentQueue queue(final Key key, final long timeout) {
        final long now = clock.nanos();
        queues.values().removeIf(queue -> queue.expires <= now);
        return queues.computeIfAbsent(key, k -> new FragmentQueue(now + timeout));
    }

    private int gatherIpv4(final Packet packet, final User user, final int zone) {
        final Key key = new Key(
                user,
                zone,
                Family.IPV4,
                "",
                packet.shortAt(Ipv4Header.IDENTIFICATION),
                packet.byteAt(Ipv4Header.PROTOCOL),
                0,
                packet.ipv4Source(),
                0,
                packet.ipv4Destination());
        final FragmentQueue queue = queue(key, IPV4_TIMEOUT);
        final int header = Ipv4Header.length(packet);
        final int field = packet.shortAt(Ipv4Header.FRAGMENT);
        final int offset = (field & Ipv4Header.OFFSET_MASK) << 3;
        final boolean more = (field & Ipv4Header.MORE_FRAGMENTS) != 0;
        int end = offset + packet.length() - header;
        if (more) {
            end &= ~7;
        }
        final FragmentQueue.Outcome outcome = queue.add(
                packet,
                header,
                offset,
                end,
                more,
                end - offset + header,
                (field & Ipv4Header.DONT_FRAGMENT) != 0,
                1 << (packet.trafficClass() & 3));
        return switch (outcome) {
            case WAITS, DUPLICATE -> KEPT;
            case REFUSED -> BAD;
            case RUINED -> {
                queues.remove(key);
                yield BAD;
            }
            case COMPLETE -> {
                queues.remove(key);
                yield assembleIpv4(packet, queue);
            }
        };
    }

    private static int assembleIpv4(final Packet packet, final FragmentQueue queue) {
        final byte[] header = queue.header();
        final int total = header.length + queue.payloadLength();
        final int ecn = queue.mergedEcn();
        if (total > Ipv4Header.MAX_TOTAL_LENGTH || ecn < 0) {
            return BAD;
        }
        packet.reserve(total);
        System.arraycopy(header, 0, packet.bytes(), 0, header.length);
        queue.writeTo(packet, header.length);
        packet.putShort(Ipv4Header.TOTAL_LENGTH, total);
        packet.putByte(Ipv4Header.TOS, packet.byteAt(Ipv4Header.TOS) | ecn);
        packet.fragmentsDontFragment = queue.largestDontFragment();
        packet.putShort(Ipv4Header.FRAGMENT, packet.fragmentsDontFragment ? Ipv4Header.DONT_FRAGMENT : 0);
        packet.fragmentMaxSize = queue.maxSize();
        packet.mayFragment = true;
        queue.morph(packet);
        packet.set(Family.IPV4, packet.bytes(), total);
        Checksum.ipv4(packet);
        return WHOLE;
    }

    private static final int NEXT_FRAGMENT = 44;
    private static final int NEXT_HOP_BY_HOP = 0;
    private static final int NEXT_ROUTING = 43;
    private static final int NEXT_DESTINATION = 60;

    /** Where the fragment header begins, or -1 where there is none ({@code find_prev_fhdr}). */
    private static int fragmentHeader(final Packet packet) {
        int next = packet.byteAt(Ipv6Header.NEXT_HEADER);
        int at = Ipv6Header.LENGTH;
        while (next == NEXT_HOP_BY_HOP || next == NEXT_ROUTING || next == NEXT_DESTINATION) {
            if (packet.length() < at + 8) {
                return -1;
            }
            next = packet.byteAt(at);
            at += 8 * (packet.byteAt(at + 1) + 1);
        }
        return next == NEXT_FRAGMENT && packet.length() >= at + Ipv6Header.FRAGMENT_HEADER_LENGTH ? at : -1;
    }

    private int gatherIpv6(final Packet packet, final User user, final int zone) {
        final int at = fragmentHeader(packet);
        final Key key = new Key(
                user,
                zone,
                Family.IPV6,
                packet.in(),
                packet.intAt(at + 4),
                0,
                packet.ipv6SourceHigh(),
                packet.ipv6SourceLow(),
                packet.ipv6DestinationHigh(),
                packet.ipv6DestinationLow());
        final FragmentQueue queue = queue(key, IPV6_TIMEOUT);
        final int payload = at + Ipv6Header.FRAGMENT_HEADER_LENGTH;
        final int offset = packet.shortAt(at + 2) & ~7;
        final boolean more = (packet.shortAt(at + 2) & 1) != 0;
        final int end = offset + packet.length() - payload;
        if (end > Ipv4Header.MAX_TOTAL_LENGTH || more && (end & 7) != 0) {
            queues.remove(key);
            return BAD;
        }
        final FragmentQueue.Outcome outcome =
                queue.add(packet, payload, offset, end, more, packet.length(), false, 1 << (packet.trafficClass() & 3));
        return switch (outcome) {
            case WAITS, DUPLICATE -> KEPT;
            case REFUSED -> BAD;
            case RUINED -> {
                queues.remove(key);
                yield BAD;
            }
            case COMPLETE -> {
                queues.remove(key);
                yield assembleIpv6(packet, queue);
            }
        };
    }

    private static int assembleIpv6(final Packet packet, final FragmentQueue queue) {
        final byte[] header = queue.header();
        final int kept = header.length - Ipv6Header.FRAGMENT_HEADER_LENGTH;
        final int total = kept + queue.payloadLength();
        final int ecn = queue.mergedEcn();
        if (total - Ipv6Header.LENGTH > Ipv4Header.MAX_TOTAL_LENGTH || ecn < 0) {
            return BAD;
        }
        packet.reserve(total);
        System.arraycopy(header, 0, packet.bytes(), 0, kept);
        queue.writeTo(packet, kept);
        packet.putByte(nextHeaderField(packet), header[kept]);
        packet.putShort(Ipv6Header.PAYLOAD_LENGTH, total - Ipv6Header.LENGTH);
        packet.putByte(1, packet.byteAt(1) | ecn << 4);
        packet.fragmentMaxSize = queue.maxSize();
        packet.mayFragment = true;
        queue.morph(packet);
        packet.set(Family.IPV6, packet.bytes(), total);
        return WHOLE;
    }

    /** The byte that names the fragment header as the next one. */
    private static int nextHeaderField(final Packet packet) {
        int field = Ipv6Header.NEXT_HEADER;
        int at = Ipv6Header.LENGTH;
        while (packet.byteAt(field) != NEXT_FRAGMENT) {
            field = at;
            at += 8 * (packet.byteAt(at + 1) + 1);
        }
        return field;
    }
}
