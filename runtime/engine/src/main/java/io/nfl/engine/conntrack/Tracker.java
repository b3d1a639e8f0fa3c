// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.conntrack;

import io.nfl.api.net.Hook;
import io.nfl.engine.packet.Packet;

/** One protocol's view of a packet of a connection ({@code nf_conntrack_handle_packet}). */
interface Tracker {
    /** The packet belongs to the connection. */
    int ACCEPT = 1;
    /** The packet is invalid: the connection is detached, the rules decide. */
    int INVALID = 2;
    /** The connection was deleted and the packet begins a new one. */
    int REPEAT = 3;

    /** Moves the connection's state and timeout. */
    int packet(Connection connection, Packet packet, int ctInfo, Hook hook);

    /** {@code allow_clash}: whether two connections of one flow may be made one at confirmation. */
    boolean allowsClash();
}
