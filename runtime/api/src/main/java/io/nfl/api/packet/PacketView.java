// SPDX-License-Identifier: Apache-2.0
package io.nfl.api.packet;

import io.nfl.api.net.Family;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * A packet at a hook as rules see it: the bytes from the IP header on, and what the kernel keeps beside them. The
 * engine's packet extends it; rules only read. NOT thread safe.
 *
 * <p>All getters of header fields trust that {@link #transportOffset} and lengths were checked by the engine when the
 * packet came in; a rule checks {@link #transportBytes} before it reads a transport header.
 */
public abstract class PacketView {
    /** {@link #direction()} where no connection is attached. */
    public static final int NO_DIRECTION = -1;
    /** {@link #transportProtocol()} of an IPv6 packet whose extension headers lead nowhere. */
    public static final int NO_PROTOCOL = -1;

    private static final int NO_NEXT_HEADER = 59;

    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    protected Family family = Family.IPV4;
    /** The IP header begins at index 0. */
    protected byte[] bytes = new byte[0];
    /** {@code skb->len}: bytes from the IP header on. */
    protected int length;
    /** {@code thoff}: where the transport header begins. */
    protected int transportOffset;
    /** The protocol at {@link #transportOffset}. */
    protected int transportProtocol;
    /** In 8-byte units; 0 for a first fragment and a whole packet. */
    protected int fragmentOffset;
    /** {@code skb->mark}. */
    protected int mark;
    /** {@code state->in}; the empty string where there is none. */
    protected String in = "";
    /** {@code state->out}; the empty string where there is none. */
    protected String out = "";
    /** Whether a TRACE rule, or the caller, wants each matching rule told. */
    protected boolean traced;

    public final Family family() {
        return family;
    }

    /** {@code skb->len} in bytes: what rule counters and {@code -m length} of IPv4 count. */
    public final int length() {
        return length;
    }

    public final int transportOffset() {
        return transportOffset;
    }

    /** Bytes from the transport header on. */
    public final int transportBytes() {
        return length - transportOffset;
    }

    /** Protocol number, after extension headers in IPv6; {@link #NO_PROTOCOL} where the walk failed. */
    public final int transportProtocol() {
        return transportProtocol;
    }

    /**
     * Whether nothing follows the extension headers, be it because the walk failed or because they end in "no next
     * header": {@code ipv6_skip_exthdr} fails in both cases, {@code ipv6_find_hdr} in the first alone.
     */
    public final boolean hasNoTransport() {
        return transportProtocol() == NO_PROTOCOL || family() == Family.IPV6 && transportProtocol() == NO_NEXT_HEADER;
    }

    /** Fragment offset in 8-byte units; over 0: a later fragment without transport header. */
    public final int fragmentOffset() {
        return fragmentOffset;
    }

    public final int mark() {
        return mark;
    }

    public final String in() {
        return in;
    }

    public final String out() {
        return out;
    }

    public final boolean traced() {
        return traced;
    }

    /** Unsigned byte at {@code at} from the IP header's begin. */
    public final int byteAt(final int at) {
        return bytes[at] & 0xFF;
    }

    /** Unsigned 16 bits in network order. */
    public final int shortAt(final int at) {
        return (short) SHORT.get(bytes, at) & 0xFFFF;
    }

    public final int intAt(final int at) {
        return (int) INT.get(bytes, at);
    }

    public final long longAt(final int at) {
        return (long) LONG.get(bytes, at);
    }

    public final int ipv4Source() {
        return intAt(12);
    }

    public final int ipv4Destination() {
        return intAt(16);
    }

    public final long ipv6SourceHigh() {
        return longAt(8);
    }

    public final long ipv6SourceLow() {
        return longAt(16);
    }

    public final long ipv6DestinationHigh() {
        return longAt(24);
    }

    public final long ipv6DestinationLow() {
        return longAt(32);
    }

    /** TTL or hop limit. */
    public final int ttl() {
        return byteAt(family == Family.IPV4 ? 8 : 7);
    }

    /** TOS or traffic class: DSCP in the upper six bits, ECN in the lower two. */
    public final int trafficClass() {
        return family == Family.IPV4 ? byteAt(1) : shortAt(0) >>> 4 & 0xFF;
    }

    /** State bit of xt_conntrack: one of INVALID, UNTRACKED, ESTABLISHED, RELATED, NEW (ConntrackState#bit). */
    public abstract int conntrackStateBit();

    /** 0 original, 1 reply, {@link #NO_DIRECTION} without connection. */
    public abstract int direction();

    /** The attached connection; null where the packet is INVALID or UNTRACKED. */
    public abstract @Nullable ConnectionView connection();

    /** Whether a local socket sent the packet: a program's, or one of those by which the kernel sends ICMP. */
    public abstract boolean hasSocket();

    /** Whether the socket has a file, and so an owner: the kernel's own have none. */
    public abstract boolean hasSocketFile();

    /** User id of the socket's file. Undefined without one. */
    public abstract int socketUid();

    /** Group id of the socket's file. Undefined without one. */
    public abstract int socketGid();

    /** {@code skb->priority}. */
    public abstract int priority();

    /** {@code PACKET_HOST} 0, {@code BROADCAST} 1, {@code MULTICAST} 2 ({@code skb->pkt_type}). */
    public abstract int packetType();

    /** The Ethernet source address in the low 48 bits, or -1 where the packet came without one. */
    public abstract long macSource();

    /** What the routing tables say; addrtype and rpfilter ask it. */
    public abstract RoutingView routing();
}
