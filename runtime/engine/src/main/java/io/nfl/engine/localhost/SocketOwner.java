// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.localhost;

import io.nfl.engine.packet.Packet;
import io.nfl.engine.route.RouteKey;

/**
 * Whose a socket is, and what it asks of its packets.
 *
 * @param uid of the user who opened it; the group is root's
 * @param mark {@code SO_MARK}
 * @param boundDevice index of the device that it is bound to; 0: none
 */
record SocketOwner(int uid, int mark, int boundDevice) {
    /** Listeners: root's, and they ask for nothing. */
    static final SocketOwner ROOT = new SocketOwner(0, 0, 0);

    /** What the lookup of a route has to know of it; the mark is left to the caller, for some answers reflect. */
    void into(final RouteKey key) {
        key.uid = uid & 0xFFFF_FFFFL;
        key.outDevice = boundDevice;
    }

    /** Makes a packet this socket's, as {@code owner} sees it. */
    void sends(final Packet packet) {
        packet.socket = true;
        packet.socketFile = true;
        packet.socketUid = uid;
        packet.boundDevice = boundDevice;
    }
}
