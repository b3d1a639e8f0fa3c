// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.route;

import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.api.net.IpProtocol;
import io.nfl.api.packet.IcmpHeader;
import io.nfl.api.packet.Ipv4Header;
import io.nfl.api.packet.Ipv6Header;
import io.nfl.engine.choice.Chooser;
import io.nfl.engine.packet.Packet;
import org.jspecify.annotations.Nullable;

/** Which of several next hops takes a flow; the hash is asked of the {@link Chooser}. */
final class MultipathSelection {
    private static final int LAYER_3 = 0;
    private static final int LAYER_4 = 1;
    private static final int IPV4_ADDRESSES = 12;
    private static final int IPV6_ADDRESSES = 8;
    private static final int NEXT_HEADER = 6;
    private static final int FLOW_LABEL = 0xFFFFF;
    private static final int INFORMATIONAL = 0x80;

    private final Chooser chooser;
    private final SourceSelection sources;
    private final int policyIpv4;
    private final int policyIpv6;

    MultipathSelection(final Chooser chooser, final SourceSelection sources, final SysctlValues sysctls) {
        this.chooser = chooser;
        this.sources = sources;
        this.policyIpv4 = policy(sysctls, Sysctl.MULTIPATH_HASH_POLICY_V4);
        this.policyIpv6 = policy(sysctls, Sysctl.MULTIPATH_HASH_POLICY_V6);
    }

    private static int policy(final SysctlValues sysctls, final Sysctl sysctl) {
        final int policy = sysctls.value(sysctl);
        if (policy != LAYER_3 && policy != LAYER_4) {
            throw new HostRefusedException(sysctl.name("all") + " = " + policy + " is not supported");
        }
        return policy;
    }

    /** {@code fib_select_multipath}: the first hop whose share has the hash; one that owns the source is preferred. */
    void ipv4(final RouteKey key, final FibMatch match, final boolean preferSource) {
        final FibEntry entry = match.found();
        if (entry.hops.length < 2) {
            return;
        }
        final int hash = chooser.multipath(flow(key, policyIpv4)) & Integer.MAX_VALUE;
        int best = 0;
        for (int i = 0; i < entry.hops.length; i++) {
            final FibEntry.Hop hop = entry.hops[i];
            final boolean owns = preferSource && key.hasSource() && isSourceOf(entry, hop, key.sourceLow);
            final int score = (owns ? 2 : 0) + (hop.takes(hash) ? 1 : 0);
            if (score > best) {
                best = score;
                match.hop = i;
            }
        }
    }

    private boolean isSourceOf(final FibEntry entry, final FibEntry.Hop hop, final long sourceLow) {
        final @Nullable IpAddress address = sources.ipv4(hop.device, (int) hop.gatewayLow, entry.scope);
        return address != null && address.low() == sourceLow;
    }

    /** {@code fib6_select_path}. */
    void ipv6(final RouteKey key, final int device, final boolean strict, final FibMatch match) {
        final FibEntry entry = match.found();
        if (entry.hops.length < 2) {
            return;
        }
        final int hash = chooser.multipath(flow(key, policyIpv6)) & Integer.MAX_VALUE;
        for (int i = 0; i < entry.hops.length; i++) {
            if (entry.hops[i].takes(hash)) {
                if (Fib.usable(entry.hops[i], device, strict)) {
                    match.hop = i;
                }
                return;
            }
        }
    }

    /** {@code fib_multipath_hash}, {@code rt6_multipath_hash}. */
    private static int flow(final RouteKey key, final int policy) {
        long hash = key.family == Family.IPV4 ? 4 : 6;
        if (key.sharedBy != null && policy == LAYER_3) {
            return (int) (packet(hash, key.sharedBy) >>> 32);
        }
        hash = mix(hash, key.sourceHigh);
        hash = mix(hash, key.sourceLow);
        hash = mix(hash, key.destinationHigh);
        hash = mix(hash, key.destinationLow);
        if (policy == LAYER_4 || key.family == Family.IPV6) {
            hash = mix(hash, key.protocol);
        }
        if (policy == LAYER_4) {
            hash = mix(hash, (long) key.sourcePort << 16 | key.destinationPort);
        }
        return (int) (hash >>> 32);
    }

    /**
     * {@code ip_multipath_l3_keys}, {@code ip6_multipath_l3_keys}: an ICMP error goes by what it quotes; IPv6 has flow
     * label and protocol in it.
     */
    private static long packet(final long seed, final Packet packet) {
        final boolean quotes = quotes(packet);
        final int at = quotes ? packet.transportOffset() + IcmpHeader.LENGTH : 0;
        final boolean ipv4 = packet.family() == Family.IPV4;
        long hash = seed;
        for (int word = at + (ipv4 ? IPV4_ADDRESSES : IPV6_ADDRESSES); word < at + header(ipv4); word += 4) {
            hash = mix(hash, packet.intAt(word));
        }
        return ipv4 ? hash : mix(mix(hash, packet.intAt(at) & FLOW_LABEL), packet.byteAt(at + NEXT_HEADER));
    }

    private static int header(final boolean ipv4) {
        return ipv4 ? Ipv4Header.MIN_LENGTH : Ipv6Header.LENGTH;
    }

    private static boolean quotes(final Packet packet) {
        final boolean ipv4 = packet.family() == Family.IPV4;
        if (packet.fragmentOffset() != 0 || packet.transportBytes() < IcmpHeader.LENGTH + header(ipv4)) {
            return false;
        }
        final int type = packet.byteAt(packet.transportOffset());
        return ipv4
                ? packet.transportProtocol() == IpProtocol.ICMP.number() && isError(type)
                : packet.byteAt(NEXT_HEADER) == IpProtocol.IPV6_ICMP.number() && (type & INFORMATIONAL) == 0;
    }

    private static boolean isError(final int type) {
        return switch (type) {
            case IcmpHeader.DESTINATION_UNREACHABLE,
                    IcmpHeader.SOURCE_QUENCH,
                    IcmpHeader.REDIRECT,
                    IcmpHeader.TIME_EXCEEDED,
                    IcmpHeader.PARAMETER_PROBLEM -> true;
            default -> false;
        };
    }

    private static long mix(final long hash, final long value) {
        final long mixed = (hash ^ value) * 0x9E3779B97F4A7C15L;
        return mixed ^ mixed >>> 29;
    }
}
