// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine;

import io.nfl.api.packet.PacketView;
import io.nfl.api.packet.RoutingView;

/** For packets that no rule asks for a route. */
public enum NoRoutes implements RoutingView {
    VIEW;

    @Override
    public int addressTypes(final long high, final long low, final String device) {
        throw new UnsupportedOperationException("no routes here");
    }

    @Override
    public boolean reversePathHolds(
            final PacketView packet, final boolean loose, final boolean validMark, final boolean acceptLocal) {
        throw new UnsupportedOperationException("no routes here");
    }
}
