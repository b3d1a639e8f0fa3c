// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.conntrack;

import io.nfl.api.classify.CtTemplate;
import io.nfl.api.net.Family;
import io.nfl.api.net.Hook;
import io.nfl.api.net.IpProtocol;
import io.nfl.api.net.Verdict;
import io.nfl.api.packet.Ipv4Header;
import io.nfl.engine.clock.Clock;
import io.nfl.engine.packet.Packet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Connection tracking of one host, both families (net/netfilter/nf_conntrack_core.c). Packets of connections that are
 * in the table allocate nothing. NOT thread safe.
 */
public final class Conntrack {
    private static final int PROTOCOLS = 256;
    private static final int CLASH_SECONDS = 1;

    private final ConntrackSettings settings;
    private final ConnectionTable table;
    private final Tracker[] trackers = new Tracker[PROTOCOLS];
    private final TcpTracker tcp;
    private final IcmpErrors icmpErrors;
    private final Tuple tuple = new Tuple();
    private final Tuple inverted = new Tuple();
    private boolean full;

    /** @param hashSeed of the table; the kernel draws it at boot */
    public Conntrack(final ConntrackSettings settings, final Clock clock, final long hashSeed) {
        this.settings = settings;
        this.table = new ConnectionTable(clock, hashSeed, settings.get(ConntrackSysctl.BUCKETS));
        final TransportChecksum checksum = new TransportChecksum(settings);
        this.tcp = new TcpTracker(table, settings, checksum);
        this.icmpErrors = new IcmpErrors(table, checksum);
        Arrays.fill(trackers, new GenericTracker(table, settings));
        trackers[IpProtocol.TCP.number()] = tcp;
        trackers[IpProtocol.UDP.number()] = new UdpTracker(table, settings, checksum, false);
        trackers[IpProtocol.UDPLITE.number()] = new UdpTracker(table, settings, checksum, true);
        trackers[IpProtocol.ICMP.number()] = new IcmpTracker(table, settings, Family.IPV4);
        trackers[IpProtocol.IPV6_ICMP.number()] = new IcmpTracker(table, settings, Family.IPV6);
        trackers[IpProtocol.SCTP.number()] = new SctpTracker(table, settings, checksum);
        trackers[IpProtocol.GRE.number()] = new GreTracker(table, settings);
    }

    public ConntrackSettings settings() {
        return settings;
    }

    /**
     * {@code nf_conntrack_in}, at PREROUTING and OUTPUT: attaches a connection and its ctinfo, or none where the packet
     * is INVALID. Fragments have been put together before.
     *
     * @return {@link Verdict#ACCEPT}, or {@link Verdict#DROP} where the table is full
     */
    public int in(final Packet packet, final Hook hook) {
        final Connection template = packet.connection;
        if (template != null && !template.isTemplate() || packet.ctInfo == CtInfo.UNTRACKED) {
            return Verdict.ACCEPT;
        }
        packet.connection = null;
        packet.ctInfo = CtInfo.NONE;
        final Zone zone = template == null ? Zone.DEFAULT : template.zone();
        if (!hasTransport(packet) || isUnassembledOutput(packet, hook)) {
            return Verdict.ACCEPT;
        }
        if (icmpErrors.check(packet, zone, hook) != IcmpErrors.GO_ON) {
            return Verdict.ACCEPT;
        }
        int result = Tracker.REPEAT;
        while (result == Tracker.REPEAT) {
            final Connection connection = resolve(packet, zone);
            if (connection == null) {
                return full ? Verdict.DROP : Verdict.ACCEPT;
            }
            result = trackers[connection.protocol()].packet(connection, packet, packet.ctInfo, hook);
            if (result != Tracker.ACCEPT) {
                packet.connection = null;
                packet.ctInfo = CtInfo.NONE;
            } else if (packet.ctInfo == CtInfo.ESTABLISHED_REPLY) {
                connection.add(ConnectionStatus.SEEN_REPLY);
            }
        }
        return Verdict.ACCEPT;
    }

    /** {@code nf_ct_get_tuplepr}: the tuple of a packet, tracked or not. @return false where it has none */
    public boolean read(final Packet packet, final Tuple into) {
        return hasTransport(packet)
                && TupleReader.read(packet, 0, packet.transportOffset(), packet.transportProtocol(), into);
    }

    /** {@code get_l4proto}. */
    private static boolean hasTransport(final Packet packet) {
        return packet.fragmentOffset() == 0 && !packet.hasNoTransport() && packet.transportOffset() <= packet.length();
    }

    /** {@code ipv4_conntrack_local}: a socket with IP_NODEFRAG sends fragments of its own. */
    private static boolean isUnassembledOutput(final Packet packet, final Hook hook) {
        return hook == Hook.OUTPUT && packet.family() == Family.IPV4 && Ipv4Header.isFragment(packet);
    }

    /** {@code resolve_normal_ct}. @return null where there is none and none can begin */
    private @Nullable Connection resolve(final Packet packet, final Zone zone) {
        full = false;
        if (!TupleReader.read(packet, 0, packet.transportOffset(), packet.transportProtocol(), tuple)) {
            return null;
        }
        final TupleNode node = table.find(tuple, zone);
        final Connection connection = node == null ? begin(zone) : node.connection;
        packet.connection = connection;
        if (connection != null) {
            packet.ctInfo = node != null && node.direction == 1 ? CtInfo.ESTABLISHED_REPLY : info(connection);
        }
        return connection;
    }

    private static int info(final Connection connection) {
        if (connection.is(ConnectionStatus.SEEN_REPLY)) {
            return CtInfo.ESTABLISHED;
        }
        return connection.is(ConnectionStatus.EXPECTED) ? CtInfo.RELATED : CtInfo.NEW;
    }

    /** {@code init_conntrack}: a connection that is not in the table yet. */
    private @Nullable Connection begin(final Zone zone) {
        if (!inverted.invert(tuple)) {
            return null;
        }
        full = !hasRoom(zone);
        if (full) {
            return null;
        }
        final Connection connection = new Connection(zone, tuple.protocol, table.clock());
        connection.original.tuple.copy(tuple);
        connection.reply.tuple.copy(inverted);
        return connection;
    }

    private boolean hasRoom(final Zone zone) {
        final int max = settings.get(ConntrackSysctl.MAX);
        if (max == 0 || table.count() < max) {
            return true;
        }
        table.collect();
        return table.count() < max || table.earlyDrop(tuple, zone);
    }

    /**
     * {@code nf_confirm}, last at INPUT and POSTROUTING: takes a new connection into the table.
     *
     * @return {@link Verdict#DROP} where another connection has its tuple
     */
    public int confirm(final Packet packet) {
        final Connection connection = packet.connection;
        if (connection == null || connection.isConfirmed() || CtInfo.direction(packet.ctInfo) == 1) {
            return Verdict.ACCEPT;
        }
        if (connection.is(ConnectionStatus.DYING)) {
            return Verdict.DROP;
        }
        final TupleNode original = table.find(connection.original.tuple, connection.zone, connection.zone.id(0));
        final TupleNode other = original == null ? replyClash(connection) : original;
        if (other != null) {
            return resolveClash(packet, connection, other.connection);
        }
        table.insert(connection);
        return Verdict.ACCEPT;
    }

    private @Nullable TupleNode replyClash(final Connection connection) {
        return table.find(connection.reply.tuple, connection.zone, connection.zone.id(1));
    }

    /** {@code nf_ct_resolve_clash}. */
    private int resolveClash(final Packet packet, final Connection loser, final Connection winner) {
        if (!trackers[winner.protocol()].allowsClash()) {
            return Verdict.DROP;
        }
        if (merge(packet, loser, winner)) {
            return Verdict.ACCEPT;
        }
        final TupleNode reply = replyClash(loser);
        if (reply != null) {
            return merge(packet, loser, reply.connection) ? Verdict.ACCEPT : Verdict.DROP;
        }
        loser.add(ConnectionStatus.FIXED_TIMEOUT);
        loser.add(ConnectionStatus.NAT_CLASH);
        table.insertReplyOnly(loser, CLASH_SECONDS);
        return Verdict.ACCEPT;
    }

    /** {@code __nf_ct_resolve_clash}: two connections of one flow become one. */
    private static boolean merge(final Packet packet, final Connection loser, final Connection winner) {
        final boolean same = sameWay(winner, loser, 0) || sameWay(winner, loser, 1);
        if (same) {
            packet.connection = winner;
        }
        return same;
    }

    /** @param turn 0 where both run the same way, 1 where one runs against the other */
    private static boolean sameWay(final Connection a, final Connection b, final int turn) {
        return a.tuple(0).same(b.tuple(turn))
                && a.tuple(1).same(b.tuple(1 - turn))
                && a.zone.id(0) == b.zone.id(turn)
                && a.zone.id(1) == b.zone.id(1 - turn);
    }

    /** {@code nf_conntrack_attach}: an answer of the host belongs to the connection of the packet that caused it. */
    public void attach(final Packet generated, final Packet cause) {
        generated.connection = cause.connection;
        if (cause.connection == null) {
            // What is untracked passes on no connection, yet a ctinfo: NOTRACK finds the answer attached already.
            generated.ctInfo = cause.ctInfo == CtInfo.UNTRACKED ? CtInfo.RELATED : CtInfo.NONE;
        } else {
            generated.ctInfo = CtInfo.direction(cause.ctInfo) == 0 ? CtInfo.RELATED_REPLY : CtInfo.RELATED;
        }
    }

    /** {@code nf_ct_set_closing}: REJECT has answered the packet with a RST. */
    public void setClosing(final Packet packet) {
        final Connection connection = packet.connection;
        if (connection != null && connection.protocol() == IpProtocol.TCP.number()) {
            tcp.setClosing(connection);
        }
    }

    /** {@code -j CT --notrack}; does nothing where a connection is attached. */
    public void noTrack(final Packet packet) {
        if (packet.connection == null && packet.ctInfo == CtInfo.NONE) {
            packet.ctInfo = CtInfo.UNTRACKED;
        }
    }

    /** {@code -j CT}; does nothing where a connection is attached. @param template of {@link #template} */
    public void track(final Packet packet, final Connection template) {
        if (packet.connection == null && packet.ctInfo == CtInfo.NONE) {
            packet.connection = template;
            packet.ctInfo = CtInfo.NEW;
        }
    }

    /**
     * What {@link #track} attaches; made once for each rule, when the policy is loaded.
     *
     * @throws UnsupportedOperationException where the rule assigns a helper or a timeout policy
     */
    public Connection template(final CtTemplate rule) {
        if (rule.helper().isPresent()) {
            throw new UnsupportedOperationException(
                    "CT --helper " + rule.helper().get() + ": helpers are not modelled");
        }
        if (rule.timeout().isPresent()) {
            throw new UnsupportedOperationException(
                    "CT --timeout " + rule.timeout().get() + ": timeout policies are not modelled");
        }
        final Zone zone = rule.zone() == 0 ? Zone.DEFAULT : new Zone(rule.zone(), rule.zoneDirection());
        return Connection.template(zone, table.clock());
    }

    /** {@code nf_ct_kill}: the connection is no longer found; packets that carry it go on. */
    public void kill(final Connection connection) {
        table.delete(connection);
    }

    /** {@code nf_conntrack_tuple_taken}: whether another connection than {@code ignored} has this tuple. */
    public boolean isTaken(final Tuple reply, final Connection ignored) {
        return table.taken(reply, ignored);
    }

    /** {@code allow_clash} of the connection's protocol. */
    public boolean allowsClash(final Connection connection) {
        return trackers[connection.protocol()].allowsClash();
    }

    /** The connection that has a tuple in either direction, null where there is none. Allocates nothing. */
    public @Nullable Connection find(final Tuple wanted, final Zone zone) {
        final TupleNode node = table.find(wanted, zone);
        return node == null ? null : node.connection;
    }

    /**
     * Whether the original tuple of {@code connection} is the one that is equal to {@code wanted}; the reply otherwise.
     */
    public static boolean isOriginal(final Connection connection, final Tuple wanted) {
        return connection.tuple(0).same(wanted);
    }

    /** The youngest connection that may have this source, null where there is none; {@link #nextOfSource} goes on. */
    public @Nullable Connection withSource(final Tuple wanted, final Zone zone) {
        return table.withSource(wanted, zone);
    }

    public @Nullable Connection nextOfSource(final Connection connection) {
        return connection.nextOfSource;
    }

    /** Deletes all connections. */
    public void flush() {
        table.clear();
    }

    /** Makes every connection older by so many seconds, as a rewrite of all timeouts through ctnetlink does. */
    public void ageAll(final long seconds) {
        table.age(seconds);
    }

    /** {@code nf_conntrack_count} without the expired. */
    public int count() {
        table.collect();
        return table.count();
    }

    /** The connections, oldest first, as ctnetlink lists them: a clashing one is hidden. */
    public List<ConntrackEntry> entries() {
        table.collect();
        final List<ConntrackEntry> entries = new ArrayList<>();
        for (Connection here = table.oldest(); here != null; here = here.newer) {
            if (!here.is(ConnectionStatus.NAT_CLASH)) {
                entries.add(ConntrackEntry.of(here));
            }
        }
        return entries;
    }

    /** The connections themselves, oldest first. */
    public List<Connection> connections() {
        table.collect();
        final List<Connection> connections = new ArrayList<>();
        for (Connection here = table.oldest(); here != null; here = here.newer) {
            connections.add(here);
        }
        return connections;
    }
}
