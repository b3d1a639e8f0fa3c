// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.pipeline;

import io.nfl.api.net.Family;
import io.nfl.api.net.Verdict;
import io.nfl.api.packet.IcmpHeader;
import io.nfl.api.packet.Ipv4Header;
import io.nfl.api.packet.Ipv6Header;
import io.nfl.engine.localhost.IcmpErrors;
import io.nfl.engine.localhost.Redirects;
import io.nfl.engine.packet.DropReason;
import io.nfl.engine.packet.Packet;
import io.nfl.engine.route.RouteResult;

/**
 * What is looked at between PREROUTING and FORWARD, in the kernel's order (net/ipv4/ip_forward.c {@code ip_forward},
 * net/ipv6/ip6_output.c {@code ip6_forward}).
 */
final class ForwardChecks {
    private final IcmpErrors errors;
    private final Redirects redirects;

    ForwardChecks(final IcmpErrors errors, final Redirects redirects) {
        this.errors = errors;
        this.redirects = redirects;
    }

    /** @return ACCEPT with the TTL lowered, or DROP */
    int check(final Passage passage) {
        return passage.packet.family() == Family.IPV4 ? ipv4(passage) : ipv6(passage);
    }

    private int ipv4(final Passage passage) {
        final Packet packet = passage.packet;
        if (packet.packetType() != 0) {
            return drop(passage, DropReason.NOT_FOR_HOST);
        }
        packet.summed = false; // skb_forward_csum
        if (packet.ttl() <= 1) {
            errors.send(passage, IcmpHeader.TIME_EXCEEDED, 0, 0);
            return drop(passage, DropReason.TTL_EXPIRED);
        }
        packet.forwarded = true;
        final int mtu = passage.route.mtu();
        if (isTooBigIpv4(packet, mtu)) {
            errors.send(passage, IcmpHeader.DESTINATION_UNREACHABLE, IcmpHeader.FRAGMENTATION_NEEDED, mtu);
            return drop(passage, DropReason.TOO_BIG);
        }
        lowerTtl(packet);
        if (passage.route.wantsRedirect()) {
            redirects.send(passage);
        }
        return Verdict.ACCEPT;
    }

    /** {@code ip_exceeds_mtu}. */
    private static boolean isTooBigIpv4(final Packet packet, final int mtu) {
        return packet.length() > mtu
                && Ipv4Header.dontFragment(packet)
                && (packet.fragmentMaxSize > mtu || !packet.mayFragment);
    }

    /** {@code ip_decrease_ttl}. */
    private static void lowerTtl(final Packet packet) {
        PacketTargets.changeIpv4(packet, Ipv4Header.TTL, packet.ttl() - 1);
    }

    private int ipv6(final Passage passage) {
        final Packet packet = passage.packet;
        final RouteResult route = passage.route;
        if (packet.packetType() != 0) {
            return drop(passage, DropReason.NOT_FOR_HOST);
        }
        packet.summed = false;
        if (packet.ttl() <= 1) {
            errors.send(passage, IcmpHeader.V6_TIME_EXCEEDED, 0, 0);
            return drop(passage, DropReason.TTL_EXPIRED);
        }
        final long high = packet.ipv6SourceHigh();
        final long low = packet.ipv6SourceLow();
        if (!route.wantsRedirect() && (high == 0 && (low == 0 || low == 1) || high >>> 56 == 0xFF)) {
            return drop(passage, DropReason.BAD_ADDRESS);
        }
        if (high >>> 54 == 0x3FA && !route.wantsRedirect()) {
            errors.send(passage, IcmpHeader.V6_DESTINATION_UNREACHABLE, IcmpHeader.V6_BEYOND_SCOPE, 0);
            return drop(passage, DropReason.BAD_ADDRESS);
        }
        packet.forwarded = true;
        // ip6_dst_mtu_maybe_forward: what the route allows is looked at on the way out
        final int mtu = Math.max(route.deviceMtu(), Ipv6Header.MIN_MTU);
        if (packet.length() > mtu && (packet.fragmentMaxSize > mtu || !packet.mayFragment)) {
            errors.send(passage, IcmpHeader.V6_PACKET_TOO_BIG, 0, mtu);
            return drop(passage, DropReason.TOO_BIG);
        }
        packet.putByte(Ipv6Header.HOP_LIMIT, packet.ttl() - 1);
        return Verdict.ACCEPT;
    }

    private static int drop(final Passage passage, final DropReason reason) {
        Recorder.dropped(passage, reason);
        return Verdict.DROP;
    }
}
