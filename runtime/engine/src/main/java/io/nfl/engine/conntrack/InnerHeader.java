// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.conntrack;

import io.nfl.api.net.Family;
import io.nfl.api.packet.Ipv4Header;
import io.nfl.api.packet.Ipv6Header;
import io.nfl.engine.packet.Packet;

/**
 * Where the transport header of an IP packet lies that is quoted in another one. Reused from packet to packet; NOT
 * thread safe.
 */
public final class InnerHeader {
    private static final int HOP_BY_HOP = 0;
    private static final int ROUTING = 43;
    private static final int FRAGMENT = 44;
    private static final int AUTHENTICATION = 51;
    private static final int NO_NEXT = 59;
    private static final int DESTINATION = 60;
    private static final int EXTENSION_LENGTH = 8;

    private int protocol;
    private int offset;
    private boolean laterFragment;

    public int protocol() {
        return protocol;
    }

    /** In bytes from the begin of the outer packet. */
    public int offset() {
        return offset;
    }

    /** Whether the quoted packet has no transport header because it is a later fragment. */
    public boolean isLaterFragment() {
        return laterFragment;
    }

    /** {@code get_l4proto}. @return false where the quote is too short or its headers lead nowhere */
    public boolean locate(final Packet packet, final int at) {
        laterFragment = false;
        return packet.family() == Family.IPV4 ? locateV4(packet, at) : locateV6(packet, at);
    }

    private boolean locateV4(final Packet packet, final int at) {
        if (packet.length() - at < Ipv4Header.MIN_LENGTH) {
            return false;
        }
        laterFragment = (packet.shortAt(at + Ipv4Header.FRAGMENT) & Ipv4Header.OFFSET_MASK) != 0;
        offset = at + 4 * (packet.byteAt(at) & 0xF);
        protocol = packet.byteAt(at + Ipv4Header.PROTOCOL);
        return offset <= packet.length();
    }

    /** net/ipv6/exthdrs_core.c {@code ipv6_skip_exthdr}. */
    private boolean locateV6(final Packet packet, final int at) {
        if (packet.length() - at < Ipv6Header.LENGTH) {
            return false;
        }
        protocol = packet.byteAt(at + Ipv6Header.NEXT_HEADER);
        offset = at + Ipv6Header.LENGTH;
        while (isExtension(protocol)) {
            if (protocol == NO_NEXT || packet.length() - offset < EXTENSION_LENGTH) {
                return false;
            }
            final int header = protocol;
            final int size = switch (header) {
                case FRAGMENT -> EXTENSION_LENGTH;
                case AUTHENTICATION -> 4 * (packet.byteAt(offset + 1) + 2);
                default -> EXTENSION_LENGTH * (packet.byteAt(offset + 1) + 1);
            };
            protocol = packet.byteAt(offset);
            if (header == FRAGMENT && packet.shortAt(offset + 2) >>> 3 != 0) {
                laterFragment = true;
                return true;
            }
            offset += size;
        }
        return offset <= packet.length();
    }

    private static boolean isExtension(final int header) {
        return switch (header) {
            case HOP_BY_HOP, ROUTING, FRAGMENT, AUTHENTICATION, NO_NEXT, DESTINATION -> true;
            default -> false;
        };
    }
}
