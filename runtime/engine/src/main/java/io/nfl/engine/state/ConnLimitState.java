// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.state;

import io.nfl.api.classify.RuleState;
import io.nfl.api.classify.StateSpec;
import io.nfl.api.packet.PacketView;
import io.nfl.engine.conntrack.Connection;
import io.nfl.engine.conntrack.ConnectionStatus;
import io.nfl.engine.conntrack.Conntrack;
import io.nfl.engine.conntrack.Tuple;
import io.nfl.engine.conntrack.Zone;
import io.nfl.engine.packet.Packet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * net/netfilter/xt_connlimit.c with nf_conncount.c: for each key the connections that began under it, less those that
 * conntrack no longer knows or that are closed. A packet of an assured connection adds nothing: it throws the dead away
 * and counts; where none is left by that, it is dropped. The kernel looks for dead ones once a jiffy; here
 * once for each packet that enters the host and all that the host makes of it.
 */
final class ConnLimitState implements RuleState {
    /** {@code CONNCOUNT_GC_MAX_COLLECT}: few more are thrown away in one call. */
    private static final int MOST_COLLECTED = 64;

    private static final int TCP_TIME_WAIT = 7;
    private static final int TCP_CLOSE = 8;

    private final StateSpec.ConnLimit spec;
    private final Conntrack conntrack;
    private final Turn turn;
    private final Map<PacketKey, Connections> keys = new HashMap<>();
    private final PacketKey probe = new PacketKey();
    private final Tuple tuple = new Tuple();

    /** {@code nf_conncount_list}. */
    private static final class Connections {
        final List<Seen> list = new ArrayList<>();
        long collectedIn;
        int leftThen;

        Connections(final long turn) {
            collectedIn = turn;
        }

        void collected(final long turn) {
            collectedIn = turn;
            leftThen = list.size();
        }
    }

    private record Seen(Tuple tuple, Zone zone) {}

    ConnLimitState(final StateSpec.ConnLimit spec, final Conntrack conntrack, final Turn turn) {
        this.turn = turn;
        this.spec = spec;
        this.conntrack = conntrack;
    }

    @Override
    public int test(final PacketView view) {
        final Packet packet = (Packet) view;
        final Connection attached = packet.connection;
        final Zone zone = attached == null ? Zone.DEFAULT : attached.zone();
        final Connection connection;
        if (attached != null && !attached.isTemplate()) {
            tuple.copy(attached.tuple(0));
            connection = attached;
        } else if (conntrack.read(packet, tuple)) {
            connection = conntrack.find(tuple, zone);
        } else {
            return HOTDROP;
        }
        probe.clear(packet.family());
        probe.address(packet, spec.bySource(), spec.mask());
        probe.ports(zone.id());
        final int count = count(connection, zone);
        if (count == 0) {
            return HOTDROP;
        }
        return count > spec.limit() ^ spec.inverted() ? HIT : MISS;
    }

    /** {@code count_tree}, {@code insert_tree}. */
    private int count(final @Nullable Connection connection, final Zone zone) {
        final Connections known = keys.get(probe);
        if (known == null) {
            final Connections made = new Connections(turn.number());
            keys.put(probe.copy(), made);
            made.list.add(seen(zone));
            return 1;
        }
        final boolean confirmed = connection != null && connection.isConfirmed();
        final boolean assured = connection != null && connection.is(ConnectionStatus.ASSURED);
        if (confirmed && assured) {
            if (!known.list.isEmpty() && known.collectedIn != turn.number()) {
                collect(known.list);
                known.collected(turn.number());
            }
        } else {
            add(known, confirmed, zone);
        }
        return known.list.size();
    }

    private Seen seen(final Zone zone) {
        final Tuple copy = new Tuple();
        copy.copy(tuple);
        return new Seen(copy, zone);
    }

    /** {@code __nf_conncount_add}. @param confirmed whether its connection may be in the list */
    private void add(final Connections known, final boolean confirmed, final Zone zone) {
        final int more = known.list.size() - known.leftThen;
        final boolean few = Integer.compareUnsigned(more, MOST_COLLECTED) < 0;
        if (confirmed || known.collectedIn != turn.number() || !few) {
            if (isAmongLiving(known.list, zone)) {
                return;
            }
            known.collected(turn.number());
        }
        known.list.add(seen(zone));
    }

    /** Throws dead connections away until it finds this packet's among the living. */
    private boolean isAmongLiving(final List<Seen> list, final Zone zone) {
        int collected = 0;
        final Iterator<Seen> all = list.iterator();
        while (all.hasNext() && collected <= MOST_COLLECTED) {
            final Seen seen = all.next();
            final Connection found = conntrack.find(seen.tuple(), seen.zone());
            if (found != null && seen.tuple().same(tuple) && seen.zone().equals(zone)) {
                return true;
            }
            if (found == null || isClosed(found)) {
                all.remove();
                collected++;
            }
        }
        return false;
    }

    /** {@code __nf_conncount_gc_list}. */
    private void collect(final List<Seen> list) {
        int collected = 0;
        final Iterator<Seen> all = list.iterator();
        while (all.hasNext()) {
            final Seen seen = all.next();
            final Connection found = conntrack.find(seen.tuple(), seen.zone());
            if (found == null || isClosed(found)) {
                all.remove();
                collected++;
            } else if (collected > MOST_COLLECTED) {
                return;
            }
        }
    }

    private static boolean isClosed(final Connection connection) {
        final int state = connection.tcpStateNumber();
        return state == TCP_TIME_WAIT || state == TCP_CLOSE;
    }
}
