// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.conntrack;

import io.nfl.api.net.Hook;
import io.nfl.engine.packet.Packet;

/** net/netfilter/nf_conntrack_proto_gre.c. */
final class GreTracker implements Tracker {
    private final ConnectionTable table;
    private final ConntrackSettings settings;

    GreTracker(final ConnectionTable table, final ConntrackSettings settings) {
        this.table = table;
        this.settings = settings;
    }

    @Override
    public boolean allowsClash() {
        return true;
    }

    @Override
    public int packet(final Connection connection, final Packet packet, final int ctInfo, final Hook hook) {
        if (!connection.is(ConnectionStatus.SEEN_REPLY)) {
            table.refresh(connection, settings.get(ConntrackSysctl.GRE_TIMEOUT));
            return ACCEPT;
        }
        table.refresh(connection, settings.get(ConntrackSysctl.GRE_TIMEOUT_STREAM));
        if (!connection.is(ConnectionStatus.NAT_CLASH)) {
            connection.add(ConnectionStatus.ASSURED);
        }
        return ACCEPT;
    }
}
