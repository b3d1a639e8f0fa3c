// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.packet;

import io.nfl.api.net.Family;
import io.nfl.api.packet.PacketView;

/** Finds the transport header: the IPv4 header's length, or the walk of {@code ipv6_find_hdr}. */
final class TransportHeader {
    private static final int HOP_BY_HOP = 0;
    private static final int ROUTING = 43;
    private static final int FRAGMENT = 44;
    private static final int AUTHENTICATION = 51;
    private static final int NO_NEXT = 59;
    private static final int DESTINATION = 60;

    private TransportHeader() {}

    static void locate(final Packet packet) {
        if (packet.family() == Family.IPV4) {
            packet.transport(packet.byteAt(9), 4 * (packet.byteAt(0) & 0xF), packet.shortAt(6) & 0x1FFF);
        } else {
            walk(packet);
        }
    }

    /** net/ipv6/exthdrs_core.c {@code ipv6_find_hdr} with target -1. */
    private static void walk(final Packet packet) {
        int next = packet.byteAt(6);
        int at = 40;
        int fragment = 0;
        while (isExtension(next) && next != NO_NEXT) {
            if (packet.length() - at < 8) {
                packet.transport(PacketView.NO_PROTOCOL, at, fragment);
                return;
            }
            final int size;
            if (next == FRAGMENT) {
                fragment = packet.shortAt(at + 2) >>> 3;
                if (fragment != 0) {
                    packet.transport(laterFragment(packet.byteAt(at)), at + 8, fragment);
                    return;
                }
                size = 8;
            } else if (next == AUTHENTICATION) {
                size = 4 * (packet.byteAt(at + 1) + 2);
            } else {
                size = 8 * (packet.byteAt(at + 1) + 1);
            }
            next = packet.byteAt(at);
            at += size;
        }
        packet.transport(next, at, fragment);
    }

    private static int laterFragment(final int next) {
        return isExtension(next) && next != NO_NEXT ? PacketView.NO_PROTOCOL : next;
    }

    private static boolean isExtension(final int header) {
        return header == HOP_BY_HOP
                || header == ROUTING
                || header == FRAGMENT
                || header == AUTHENTICATION
                || header == NO_NEXT
                || header == DESTINATION;
    }
}
