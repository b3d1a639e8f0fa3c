// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.localhost;

import io.nfl.engine.packet.Packet;
import io.nfl.engine.route.RouteResult;

/** A packet with the routing decision that goes with it ({@code skb_dst}). */
public interface Carrier {
    Packet packet();

    RouteResult route();
}
