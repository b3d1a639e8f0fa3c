// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.route;

import io.nfl.api.net.Family;
import io.nfl.engine.packet.Packet;

/** Protocol and ports as rules with such selectors see them ({@code fib4_rules_early_flow_dissect}). */
final class PacketPorts {
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int DCCP = 33;
    private static final int ESP = 50;
    private static final int SCTP = 132;
    private static final int UDPLITE = 136;
    private static final int IPV6_FRAGMENT = 44;
    private static final int FRAGMENTED = 0x3FFF;

    private PacketPorts() {}

    static void read(final Packet packet, final RouteKey key) {
        key.protocol = packet.transportProtocol();
        key.sourcePort = 0;
        key.destinationPort = 0;
        if (hasPorts(key.protocol) && packet.transportBytes() >= 4 && !isFragment(packet)) {
            key.sourcePort = packet.shortAt(packet.transportOffset());
            key.destinationPort = packet.shortAt(packet.transportOffset() + 2);
        }
    }

    /** {@code proto_ports_offset}. */
    private static boolean hasPorts(final int protocol) {
        return protocol == TCP
                || protocol == UDP
                || protocol == DCCP
                || protocol == ESP
                || protocol == SCTP
                || protocol == UDPLITE;
    }

    /** Any fragment, the first one too: FLOW_DISSECTOR_F_PARSE_1ST_FRAG is not set. */
    private static boolean isFragment(final Packet packet) {
        if (packet.family() == Family.IPV4) {
            return (packet.shortAt(6) & FRAGMENTED) != 0;
        }
        return packet.byteAt(6) == IPV6_FRAGMENT || packet.byteAt(6) == 0 && packet.byteAt(40) == IPV6_FRAGMENT;
    }
}
