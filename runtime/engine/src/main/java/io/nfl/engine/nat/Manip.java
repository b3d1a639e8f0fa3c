// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.nat;

import io.nfl.api.net.Hook;
import io.nfl.api.packet.ConnectionView;
import io.nfl.engine.conntrack.ConnectionStatus;

/** Which side of a packet is rewritten ({@code enum nf_nat_manip_type}). */
enum Manip {
    SOURCE(ConnectionView.STATUS_SRC_NAT, ConnectionStatus.SRC_NAT, ConnectionStatus.SRC_NAT_DONE),
    DESTINATION(ConnectionView.STATUS_DST_NAT, ConnectionStatus.DST_NAT, ConnectionStatus.DST_NAT_DONE);

    private final int bit;
    private final ConnectionStatus changed;
    private final ConnectionStatus done;

    Manip(final int bit, final ConnectionStatus changed, final ConnectionStatus done) {
        this.bit = bit;
        this.changed = changed;
        this.done = done;
    }

    /** {@code HOOK2MANIP}. */
    static Manip of(final Hook hook) {
        return switch (hook) {
            case PREROUTING, OUTPUT, FORWARD -> DESTINATION;
            case INPUT, POSTROUTING -> SOURCE;
        };
    }

    Manip opposite() {
        return this == SOURCE ? DESTINATION : SOURCE;
    }

    /** Status bit that says whether packets of a direction are rewritten on this side. */
    int statusBit(final int direction) {
        return direction == 0 ? bit : opposite().bit;
    }

    ConnectionStatus changed() {
        return changed;
    }

    ConnectionStatus done() {
        return done;
    }
}
