// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.conntrack;

import io.nfl.api.net.IpProtocol;
import io.nfl.api.packet.ConnectionView;
import io.nfl.engine.clock.Clock;
import org.jspecify.annotations.Nullable;

/** A conntrack entry ({@code struct nf_conn}), or the template that {@code -j CT} attaches. NOT thread safe. */
public final class Connection implements ConnectionView {
    /** {@code IPS_NAT_MASK}. */
    public static final int NAT_MASK = STATUS_SRC_NAT | STATUS_DST_NAT;

    final TupleNode original = new TupleNode(this, 0);
    final TupleNode reply = new TupleNode(this, 1);
    final Zone zone;
    private final Clock clock;
    private int status;
    private int mark;

    /** Once confirmed the moment of expiry, before that the time to live; nanoseconds. */
    long timeout;
    /** After it a UDP flow is a stream; nanoseconds. */
    long streamFrom;

    final @Nullable TcpState tcp;
    final @Nullable SctpState sctp;
    /** {@code masq_index}: the device that MASQUERADE bound the connection to; empty without one. */
    private String masqueradeDevice = "";

    /** Insertion order of the table, and the chain of {@link SourceIndex}. */
    @Nullable
    Connection older;

    @Nullable
    Connection newer;

    @Nullable
    Connection nextOfSource;

    Connection(final Zone zone, final int protocol, final Clock clock) {
        this.zone = zone;
        this.clock = clock;
        this.tcp = protocol == IpProtocol.TCP.number() ? new TcpState() : null;
        this.sctp = protocol == IpProtocol.SCTP.number() ? new SctpState() : null;
    }

    /** {@code nf_ct_tmpl_alloc}: what a packet carries from raw to conntrack. */
    static Connection template(final Zone zone, final Clock clock) {
        final Connection template = new Connection(zone, 0, clock);
        template.status = ConnectionStatus.TEMPLATE.bit();
        return template;
    }

    public boolean isTemplate() {
        return is(ConnectionStatus.TEMPLATE);
    }

    public boolean isConfirmed() {
        return (status & STATUS_CONFIRMED) != 0;
    }

    public boolean is(final ConnectionStatus flag) {
        return (status & flag.bit()) != 0;
    }

    public void add(final ConnectionStatus flag) {
        status |= flag.bit();
    }

    /** The tuple of direction 0 (original) or 1 (reply). Only {@link #alterReply} may change it. */
    public Tuple tuple(final int direction) {
        return direction == 0 ? original.tuple : reply.tuple;
    }

    public Zone zone() {
        return zone;
    }

    /** {@code nf_conntrack_alter_reply}: before the connection is in the table. */
    public void alterReply(final Tuple tuple) {
        if (isConfirmed()) {
            throw new IllegalStateException("the reply tuple of a confirmed connection stays");
        }
        reply.tuple.copy(tuple);
    }

    public void setMark(final int value) {
        mark = value;
    }

    public String masqueradeDevice() {
        return masqueradeDevice;
    }

    public void masqueradeDevice(final String device) {
        masqueradeDevice = device;
    }

    TcpState tcpState() {
        if (tcp == null) {
            throw new IllegalStateException("not a TCP connection");
        }
        return tcp;
    }

    SctpState sctpState() {
        if (sctp == null) {
            throw new IllegalStateException("not an SCTP connection");
        }
        return sctp;
    }

    /** State of the TCP machine by the kernel's number ({@code enum tcp_conntrack}); 0 for other protocols. */
    public int tcpStateNumber() {
        return tcp == null ? 0 : tcp.state;
    }

    /** The highest sequence number of the original direction, with length ({@code seen[0].td_end}). */
    public int tcpOriginalEnd() {
        return tcp == null ? 0 : tcp.seen[0].end;
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public int protocol() {
        return original.tuple.protocol;
    }

    @Override
    public long originalSourceHigh() {
        return original.tuple.sourceHigh;
    }

    @Override
    public long originalSourceLow() {
        return original.tuple.sourceLow;
    }

    @Override
    public long originalDestinationHigh() {
        return original.tuple.destinationHigh;
    }

    @Override
    public long originalDestinationLow() {
        return original.tuple.destinationLow;
    }

    @Override
    public long replySourceHigh() {
        return reply.tuple.sourceHigh;
    }

    @Override
    public long replySourceLow() {
        return reply.tuple.sourceLow;
    }

    @Override
    public long replyDestinationHigh() {
        return reply.tuple.destinationHigh;
    }

    @Override
    public long replyDestinationLow() {
        return reply.tuple.destinationLow;
    }

    @Override
    public int originalSourcePort() {
        return original.tuple.sourcePort;
    }

    @Override
    public int originalDestinationPort() {
        return original.tuple.destinationPort;
    }

    @Override
    public int replySourcePort() {
        return reply.tuple.sourcePort;
    }

    @Override
    public int replyDestinationPort() {
        return reply.tuple.destinationPort;
    }

    @Override
    public int mark() {
        return mark;
    }

    @Override
    public long expiresSeconds() {
        return isConfirmed() ? Math.max(0, timeout - clock.nanos()) / Clock.NANOS_PER_SECOND : 0;
    }
}
