// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.pipeline;

import io.nfl.api.net.Family;
import io.nfl.engine.localhost.Carrier;
import io.nfl.engine.localhost.LocalSender;
import io.nfl.engine.packet.Packet;
import io.nfl.engine.route.RouteResult;
import org.jspecify.annotations.Nullable;

/** A packet on its way, with its routing decision and its record. Reused from packet to packet. */
final class Passage implements Carrier {
    final Packet packet;
    final RouteResult route = new RouteResult();
    /** The decision before the last one; rerouting compares. */
    final RouteResult formerRoute = new RouteResult();

    final PacketTargets targets;
    /** Whether {@link #route} is decided; a packet that comes back by lo keeps its decision. */
    boolean routed;
    /** Its record; null where nobody watches. */
    @Nullable
    Flow flow;
    /** What the sender is told if OUTPUT drops it. */
    int errno;

    Passage(final Pipeline pipeline) {
        this.packet = new Packet(pipeline.routing().view(Family.IPV4));
        this.targets = new PacketTargets(pipeline, this);
    }

    void clear() {
        packet.clear();
        routed = false;
        flow = null;
        errno = LocalSender.NOT_PERMITTED;
    }

    @Override
    public Packet packet() {
        return packet;
    }

    @Override
    public RouteResult route() {
        return route;
    }
}
