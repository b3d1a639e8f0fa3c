// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.state;

import io.nfl.api.classify.RuleState;
import io.nfl.api.classify.StateSpec;
import io.nfl.api.packet.ConnectionView;
import io.nfl.api.packet.PacketView;
import io.nfl.engine.conntrack.Connection;
import io.nfl.engine.conntrack.Conntrack;
import io.nfl.engine.conntrack.Tuple;
import io.nfl.engine.conntrack.Zone;
import io.nfl.engine.packet.Packet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * net/netfilter/xt_connlimit.c with nf_conncount.c: for each key the connections seen, less those that conntrack no
 * longer knows or that are closed. The kernel looks for dead ones, and for the packet's own, at most once a jiffy; here
 * at most once for each packet that enters the host and all that the host makes of it.
 */
final class ConnLimitState implements RuleState {
    /** {@code CONNCOUNT_GC_MAX_NODES}: no more are thrown away in one call. */
    private static final int MOST_COLLECTED = 8;

    private static final int TCP_TIME_WAIT = 7;
    private static final int TCP_CLOSE = 8;

    private final StateSpec.ConnLimit spec;
    private final Conntrack conntrack;
    private final Turn turn;
    private final Map<PacketKey, Connections> keys = new HashMap<>();
    private final PacketKey probe = new PacketKey();
    private final Tuple tuple = new Tuple();

    private static final class Connections {
        final List<Seen> list = new ArrayList<>();
        long collectedIn = -1;
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
        final Connection connection = packet.connection;
        final Zone zone = connection == null ? Zone.DEFAULT : connection.zone();
        if (connection != null && !connection.isTemplate()) {
            tuple.copy(connection.tuple(0));
        } else if (!conntrack.read(packet, tuple)) {
            return HOTDROP;
        }
        probe.clear(packet.family());
        probe.address(packet, spec.bySource(), spec.mask());
        probe.ports(zone.id());
        Connections connections = keys.get(probe);
        if (connections == null) {
            connections = new Connections();
            keys.put(probe.copy(), connections);
        }
        final List<Seen> list = connections.list;
        final boolean confirmed = connection != null && connection.isConfirmed();
        final boolean known = (confirmed || connections.collectedIn != turn.number()) && collect(list, zone);
        if (!known) {
            connections.collectedIn = turn.number();
        }
        final boolean assured = connection != null && (connection.status() & ConnectionView.STATUS_ASSURED) != 0;
        if (!known && !assured) {
            final Tuple copy = new Tuple();
            copy.copy(tuple);
            list.add(new Seen(copy, zone));
        }
        return list.size() > spec.limit() ^ spec.inverted() ? HIT : MISS;
    }

    /** Throws dead connections away. @return whether this packet's is among the living */
    private boolean collect(final List<Seen> list, final Zone zone) {
        int collected = 0;
        final Iterator<Seen> all = list.iterator();
        while (all.hasNext() && collected <= MOST_COLLECTED) {
            final Seen seen = all.next();
            final Connection found = conntrack.find(seen.tuple(), seen.zone());
            if (found == null) {
                all.remove();
                collected++;
            } else if (seen.tuple().same(tuple) && seen.zone().equals(zone)) {
                return true;
            } else if (isClosed(found)) {
                all.remove();
                collected++;
            }
        }
        return false;
    }

    private static boolean isClosed(final Connection connection) {
        final int state = connection.tcpStateNumber();
        return state == TCP_TIME_WAIT || state == TCP_CLOSE;
    }
}
