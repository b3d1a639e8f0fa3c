// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.conntrack;

import io.nfl.api.net.Family;
import io.nfl.api.net.IpProtocol;

/**
 * One direction of a connection ({@code struct nf_conntrack_tuple}). IPv4 addresses lie in the low 32 bits of the low
 * half. Mutable so that lookups need no new one; a tuple in the table never changes.
 */
public final class Tuple {
    public Family family = Family.IPV4;
    public int protocol;
    public long sourceHigh;
    public long sourceLow;
    public long destinationHigh;
    public long destinationLow;
    /** Port, ICMP id, or 0; 16 bits. */
    public int sourcePort;
    /** Port, ICMP {@code type << 8 | code}, GRE key, or 0; 16 bits. */
    public int destinationPort;

    public void copy(final Tuple other) {
        family = other.family;
        protocol = other.protocol;
        sourceHigh = other.sourceHigh;
        sourceLow = other.sourceLow;
        destinationHigh = other.destinationHigh;
        destinationLow = other.destinationLow;
        sourcePort = other.sourcePort;
        destinationPort = other.destinationPort;
    }

    /**
     * Becomes the tuple of a reply to {@code other} ({@code nf_ct_invert_tuple}).
     *
     * @return false where no reply exists (an ICMP message that is neither request nor reply); the tuple is void then
     */
    public boolean invert(final Tuple other) {
        family = other.family;
        protocol = other.protocol;
        sourceHigh = other.destinationHigh;
        sourceLow = other.destinationLow;
        destinationHigh = other.sourceHigh;
        destinationLow = other.sourceLow;
        if (protocol != IpProtocol.ICMP.number() && protocol != IpProtocol.IPV6_ICMP.number()) {
            sourcePort = other.destinationPort;
            destinationPort = other.sourcePort;
            return true;
        }
        final int type = IcmpPairs.reply(protocol, other.destinationPort >>> 8);
        sourcePort = other.sourcePort;
        destinationPort = type << 8 | other.destinationPort & 0xFF;
        return type != IcmpPairs.NONE;
    }

    /** Whether all parts are equal; zones are not part of a tuple. */
    public boolean same(final Tuple other) {
        return protocol == other.protocol
                && sourcePort == other.sourcePort
                && destinationPort == other.destinationPort
                && sourceLow == other.sourceLow
                && destinationLow == other.destinationLow
                && sourceHigh == other.sourceHigh
                && destinationHigh == other.destinationHigh
                && family == other.family;
    }

    /** Whether source address, source port and protocol are equal ({@code same_src} of net/netfilter/nf_nat_core.c). */
    public boolean sameSource(final Tuple other) {
        return protocol == other.protocol
                && sourcePort == other.sourcePort
                && sourceLow == other.sourceLow
                && sourceHigh == other.sourceHigh
                && family == other.family;
    }

    int hash(final long seed, final int zone) {
        long h = mix(seed ^ sourceLow, destinationLow);
        h = mix(h ^ sourceHigh, destinationHigh);
        return (int)
                (mix(h, (long) sourcePort << 48 | (long) destinationPort << 32 | (long) zone << 8 | protocol) >>> 32);
    }

    int sourceHash(final long seed, final int zone) {
        return (int)
                (mix(mix(seed ^ sourceHigh, sourceLow), (long) sourcePort << 32 | (long) zone << 8 | protocol) >>> 32);
    }

    private static long mix(final long hash, final long word) {
        final long h = (hash ^ word) * 0x9E3779B97F4A7C15L;
        return (h ^ h >>> 29) * 0xBF58476D1CE4E5B9L ^ h >>> 32;
    }
}
