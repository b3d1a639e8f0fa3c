// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.pipeline;

import io.nfl.api.net.Family;
import io.nfl.api.net.Hook;
import io.nfl.api.net.IpAddress;
import io.nfl.api.packet.Ipv4Header;
import io.nfl.api.packet.Ipv6Header;
import io.nfl.engine.conntrack.CtInfo;
import io.nfl.engine.packet.Checksum;
import io.nfl.engine.packet.Packet;
import io.nfl.engine.route.NetDevice;
import io.nfl.engine.route.RouteError;
import io.nfl.engine.route.RouteKey;
import io.nfl.engine.route.Routing;

/** TEE (net/ipv4/netfilter/nf_dup_ipv4.c, net/ipv6/netfilter/nf_dup_ipv6.c). A copy is not copied again. */
final class Duplication {
    private final Pipeline pipeline;
    private final Routing routing;
    private final RouteKey key = new RouteKey();
    private boolean running;

    Duplication(final Pipeline pipeline, final Routing routing) {
        this.pipeline = pipeline;
        this.routing = routing;
    }

    /** Sends a copy to {@code gateway}, untracked. @param device out device, or the empty string */
    void send(final Passage passage, final Hook hook, final IpAddress gateway, final String device) {
        if (running) {
            return;
        }
        final Passage copy = pipeline.take();
        final Packet packet = copy.packet;
        packet.copyOf(passage.packet);
        packet.connection = null;
        packet.ctInfo = CtInfo.UNTRACKED;
        packet.traced(false);
        packet.in("");
        packet.forgetSocket();
        // The copy shares its fragments with the packet, so it is cut anew.
        packet.fragmentCount = 0;
        mark(packet, hook == Hook.PREROUTING || hook == Hook.INPUT);
        if (!route(packet, gateway, device, copy)) {
            pipeline.discard(copy);
            return;
        }
        running = true;
        pipeline.sendCopy(copy);
        running = false;
    }

    /** A copy of what came in has lost a hop, lest copies run in circles; an IPv4 copy must not be cut. */
    private static void mark(final Packet packet, final boolean received) {
        final int hops = received ? packet.ttl() - 1 : packet.ttl();
        if (packet.family() == Family.IPV4) {
            packet.putShort(Ipv4Header.FRAGMENT, packet.shortAt(Ipv4Header.FRAGMENT) | Ipv4Header.DONT_FRAGMENT);
            packet.putByte(Ipv4Header.TTL, hops);
            Checksum.ipv4(packet);
        } else {
            packet.putByte(Ipv6Header.HOP_LIMIT, hops);
        }
    }

    private boolean route(final Packet packet, final IpAddress gateway, final String device, final Passage copy) {
        key.clear(packet.family());
        key.destination(gateway);
        key.anySource = true;
        key.tos = packet.family() == Family.IPV4 ? packet.trafficClass() : 0;
        if (!device.isEmpty()) {
            final NetDevice out = routing.device(device);
            if (out == null) {
                return false;
            }
            key.outDevice = out.index();
        }
        return routing.output(key, copy.route) == RouteError.NONE;
    }
}
