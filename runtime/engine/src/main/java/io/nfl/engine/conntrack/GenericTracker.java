// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.conntrack;

import io.nfl.api.net.Hook;
import io.nfl.engine.packet.Packet;

/** All protocols without a tracker: one flow for each pair of addresses, never ASSURED. */
final class GenericTracker implements Tracker {
    private final ConnectionTable table;
    private final ConntrackSettings settings;

    GenericTracker(final ConnectionTable table, final ConntrackSettings settings) {
        this.table = table;
        this.settings = settings;
    }

    @Override
    public boolean allowsClash() {
        return true;
    }

    @Override
    public int packet(final Connection connection, final Packet packet, final int ctInfo, final Hook hook) {
        table.refresh(connection, settings.get(ConntrackSysctl.GENERIC_TIMEOUT));
        return ACCEPT;
    }
}
