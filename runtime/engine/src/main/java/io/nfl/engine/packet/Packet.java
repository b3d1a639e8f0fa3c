// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.packet;

import io.nfl.api.net.ConntrackState;
import io.nfl.api.net.Family;
import io.nfl.api.packet.ConnectionView;
import io.nfl.api.packet.PacketView;
import io.nfl.api.packet.RoutingView;
import io.nfl.engine.conntrack.Connection;
import io.nfl.engine.conntrack.CtInfo;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A packet in the engine: what {@code sk_buff} is to Linux. The stages rewrite it in place. Reused from packet to
 * packet;
 * NOT thread safe.
 */
public final class Packet extends PacketView {
    /** {@code skb->_nfct}: the attached connection, null where there is none. */
    public @Nullable Connection connection;
    /** {@code ctinfo}, one of {@link CtInfo}; {@link CtInfo#NONE} where nothing is attached. */
    public int ctInfo = CtInfo.NONE;

    /** {@code skb->priority}. */
    public int priority;
    /** {@code skb->pkt_type}: 0 host, 1 broadcast, 2 multicast. */
    public int packetType;
    /** Ethernet source in the low 48 bits, -1 without one. */
    public long macSource = -1;
    /** Whether a local socket sent it. */
    public boolean socket;

    /** Whether that socket has a file: a program's has. */
    public boolean socketFile;

    public int socketUid;
    public int socketGid;
    /** {@code sk->sk_bound_dev_if}: index of the device that the sending socket is bound to; 0: none. */
    public int boundDevice;
    /** {@code IPCB(skb)->frag_max_size}: the size to cut to again after defragmentation; 0: none. */
    public int fragmentMaxSize;
    /** {@code IPSKB_FRAG_PMTU}: fragments came with DF and leave with it. */
    public boolean fragmentsDontFragment;
    /** {@code skb->ignore_df}: it was whole only between our hooks, so it may be cut again. */
    public boolean mayFragment;
    /** {@code CHECKSUM_PARTIAL}: the device fills the transport checksum in; rules and quotes see it unfilled. */
    public boolean checksumPartial;
    /**
     * {@code CHECKSUM_COMPLETE}: conntrack has summed what came in, whether it was right or not. Where the packet is on
     * its way out nobody looks again.
     */
    public boolean summed;
    /**
     * A rule changed the IPv6 header of a {@link #summed} packet, which has no checksum to make up for it: UDP trusts
     * the sum and drops the packet.
     */
    public boolean sumOutdated;
    /** {@code IPSKB_FORWARDED}. */
    public boolean forwarded;
    /** Payload bytes of each fragment that it was put together from, in order; {@link #fragmentCount} count. */
    public int[] fragmentSizes = new int[0];

    public int fragmentCount;

    private static final int MIN_CAPACITY = 2048;
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private RoutingView routing;

    public Packet(final RoutingView routing) {
        this.routing = routing;
    }

    /**
     * Takes over a packet and finds its transport header. The bytes from 0 to {@code length} are the packet; the array
     * may be longer. The caller has checked that the IP header fits ({@code ip_rcv_core}, {@code ip6_rcv_core}).
     */
    public void set(final Family packetFamily, final byte[] packetBytes, final int packetLength) {
        family = packetFamily;
        bytes = packetBytes;
        length = packetLength;
        TransportHeader.locate(this);
    }

    /** Copies a packet in; the array is not kept. The caller has checked that the IP header fits. */
    public void load(final Family packetFamily, final byte[] packetBytes, final int from, final int packetLength) {
        reserve(packetLength);
        System.arraycopy(packetBytes, from, bytes, 0, packetLength);
        set(packetFamily, bytes, packetLength);
    }

    /** Makes room for {@code capacity} bytes; the bytes so far stay. */
    public void reserve(final int capacity) {
        if (bytes.length < capacity) {
            bytes = Arrays.copyOf(bytes, Math.max(capacity, MIN_CAPACITY));
        }
    }

    /**
     * {@code __pskb_pull_tail}: the first {@code size} bytes shall lie in one piece. Where the first fragment was
     * shorter it takes from the next ones, and so the joints move.
     */
    public void pull(final int size) {
        int missing = fragmentCount > 1 ? size - transportOffset - fragmentSizes[0] : 0;
        while (missing > 0 && fragmentCount > 1) {
            final int taken = Math.min(missing, fragmentSizes[1]);
            fragmentSizes[0] += taken;
            fragmentSizes[1] -= taken;
            missing -= taken;
            if (fragmentSizes[1] == 0) {
                System.arraycopy(fragmentSizes, 2, fragmentSizes, 1, fragmentCount - 2);
                fragmentCount--;
            }
        }
    }

    /** Finds the transport header anew after headers were moved. */
    public void relocate() {
        TransportHeader.locate(this);
    }

    public void putByte(final int at, final int value) {
        bytes[at] = (byte) value;
    }

    /** Writes 16 bits in network order. */
    public void putShort(final int at, final int value) {
        SHORT.set(bytes, at, (short) value);
    }

    /** Writes 32 bits in network order. */
    public void putInt(final int at, final int value) {
        INT.set(bytes, at, value);
    }

    /** Writes 64 bits in network order. */
    public void putLong(final int at, final long value) {
        LONG.set(bytes, at, value);
    }

    /** Takes over the bytes and all that travels beside them, the connection too. */
    public void copyOf(final Packet other) {
        load(other.family, other.bytes, 0, other.length);
        connection = other.connection;
        ctInfo = other.ctInfo;
        mark = other.mark;
        in = other.in;
        out = other.out;
        traced = other.traced;
        priority = other.priority;
        packetType = other.packetType;
        macSource = other.macSource;
        socket = other.socket;
        socketFile = other.socketFile;
        socketUid = other.socketUid;
        socketGid = other.socketGid;
        fragmentMaxSize = other.fragmentMaxSize;
        fragmentsDontFragment = other.fragmentsDontFragment;
        mayFragment = other.mayFragment;
        checksumPartial = other.checksumPartial;
        summed = other.summed;
        sumOutdated = other.sumOutdated;
        forwarded = other.forwarded;
        fragmentSizes = Arrays.copyOf(other.fragmentSizes, other.fragmentSizes.length);
        fragmentCount = other.fragmentCount;
    }

    /** Leaves the packet without a sender, as {@code pskb_copy} does with a copy. */
    public void forgetSocket() {
        socket = false;
        socketFile = false;
        socketUid = 0;
        socketGid = 0;
        boundDevice = 0;
    }

    /** Forgets connection, mark and all else that travels beside the bytes. */
    public void clear() {
        connection = null;
        ctInfo = CtInfo.NONE;
        mark = 0;
        in = "";
        out = "";
        traced = false;
        priority = 0;
        packetType = 0;
        macSource = -1;
        forgetSocket();
        fragmentMaxSize = 0;
        fragmentsDontFragment = false;
        mayFragment = false;
        checksumPartial = false;
        summed = false;
        sumOutdated = false;
        forwarded = false;
        fragmentCount = 0;
    }

    void transport(final int protocol, final int offset, final int fragment) {
        transportProtocol = protocol;
        transportOffset = offset;
        fragmentOffset = fragment;
    }

    public byte[] bytes() {
        return bytes;
    }

    public void length(final int value) {
        length = value;
    }

    public void mark(final int value) {
        mark = value;
    }

    public void in(final String device) {
        in = device;
    }

    public void out(final String device) {
        out = device;
    }

    public void traced(final boolean value) {
        traced = value;
    }

    public void routing(final RoutingView view) {
        routing = view;
    }

    @Override
    public int conntrackStateBit() {
        if (connection != null) {
            return CtInfo.stateBit(ctInfo);
        }
        return ctInfo == CtInfo.UNTRACKED ? ConntrackState.UNTRACKED.bit() : ConntrackState.INVALID.bit();
    }

    @Override
    public int direction() {
        return connection == null ? NO_DIRECTION : CtInfo.direction(ctInfo);
    }

    @Override
    public @Nullable ConnectionView connection() {
        return connection;
    }

    @Override
    public boolean hasSocket() {
        return socket;
    }

    @Override
    public boolean hasSocketFile() {
        return socketFile;
    }

    @Override
    public int socketUid() {
        return socketUid;
    }

    @Override
    public int socketGid() {
        return socketGid;
    }

    @Override
    public int priority() {
        return priority;
    }

    @Override
    public int packetType() {
        return packetType;
    }

    @Override
    public long macSource() {
        return macSource;
    }

    @Override
    public RoutingView routing() {
        return routing;
    }
}
