// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.state;

import io.nfl.api.classify.RuleState;
import io.nfl.api.classify.StateSpec;
import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.api.net.IpProtocol;
import io.nfl.api.packet.PacketView;
import io.nfl.engine.clock.Clock;
import java.util.HashMap;
import java.util.Map;

/**
 * A table of net/netfilter/xt_hashlimit.c, revision 3, packets. Rules of one family that name the same table share it;
 * the rule that made it decides its rate.
 */
final class HashLimitTable {
    /** {@code XT_HASHLIMIT_SCALE_v2}. */
    private static final long SCALE = 1_000_000;
    /** Buckets on a machine with more than 1 GiB; a table holds eight entries for each. */
    private static final int DEFAULT_SIZE = 8192;

    private static final int ENTRIES_PER_BUCKET = 8;
    private static final int AH_PORTS = 4;

    private final StateSpec.HashLimit spec;
    private final Clock clock;
    private final int hz;
    private final long creditsPerJiffy;
    private final long cost;
    private final long cap;
    private final int most;
    private final IpAddress sourceMask;
    private final IpAddress destinationMask;
    private final long begin;
    private final Map<PacketKey, Bucket> buckets = new HashMap<>();
    private final PacketKey probe = new PacketKey();

    private static final class Bucket {
        long credit;
        long previous;
        long expires;
    }

    HashLimitTable(final StateSpec.HashLimit spec, final Family family, final Clock clock, final int hz) {
        this.spec = spec;
        this.clock = clock;
        this.hz = hz;
        this.creditsPerJiffy = Long.highestOneBit(Long.divideUnsigned(-1L, hz * 86_400L));
        final long average = SCALE * spec.periodSeconds() / spec.count();
        this.cost = credits(average);
        this.cap = credits(average * spec.burst());
        final int size = spec.tableSize() == 0 ? DEFAULT_SIZE : spec.tableSize();
        this.most = spec.tableMax() == 0 ? ENTRIES_PER_BUCKET * size : Math.max(spec.tableMax(), size);
        this.sourceMask = IpAddress.mask(family, spec.sourcePrefix());
        this.destinationMask = IpAddress.mask(family, spec.destinationPrefix());
        this.begin = clock.nanos();
    }

    /** {@code user2credits}. */
    private long credits(final long user) {
        final long perSecond = hz * creditsPerJiffy;
        return Long.compareUnsigned(SCALE, perSecond) >= 0
                ? Long.divideUnsigned(user, Long.divideUnsigned(SCALE, perSecond))
                : user * Long.divideUnsigned(perSecond, SCALE);
    }

    /** Takes a packet's cost out of its bucket. */
    int test(final PacketView packet, final boolean above) {
        if (!key(packet)) {
            return RuleState.HOTDROP;
        }
        final long now = clock.nanos();
        Bucket bucket = buckets.get(probe);
        if (bucket != null && collected(bucket, now)) {
            buckets.remove(probe);
            bucket = null;
        }
        if (bucket == null) {
            bucket = insert(now);
            if (bucket == null) {
                return RuleState.HOTDROP;
            }
        } else {
            refill(bucket);
        }
        bucket.expires = now + spec.expire().toNanos();
        final boolean under = Long.compareUnsigned(bucket.credit, cost) >= 0;
        if (under) {
            bucket.credit -= cost;
        }
        return under ^ above ? RuleState.HIT : RuleState.MISS;
    }

    private @org.jspecify.annotations.Nullable Bucket insert(final long now) {
        if (buckets.size() >= most) {
            buckets.values().removeIf(bucket -> collected(bucket, now));
        }
        if (buckets.size() >= most) {
            return null;
        }
        final Bucket bucket = new Bucket();
        bucket.credit = cap;
        bucket.previous = clock.jiffies(hz);
        buckets.put(probe.copy(), bucket);
        return bucket;
    }

    /** Whether the collector, which runs at fixed intervals, came by after the entry's time was over. */
    private boolean collected(final Bucket bucket, final long now) {
        final long interval = Math.max(1, spec.collectEvery().toNanos());
        final long lastRun = begin + (now - begin) / interval * interval;
        return lastRun > begin && lastRun >= bucket.expires;
    }

    private void refill(final Bucket bucket) {
        final long now = clock.jiffies(hz);
        final long before = bucket.credit;
        bucket.credit += (now - bucket.previous) * creditsPerJiffy;
        bucket.previous = now;
        if (Long.compareUnsigned(bucket.credit, cap) > 0 || Long.compareUnsigned(bucket.credit, before) < 0) {
            bucket.credit = cap;
        }
    }

    private boolean key(final PacketView packet) {
        probe.clear(packet.family());
        if (spec.keys().contains(StateSpec.Key.SOURCE)) {
            probe.source(packet, sourceMask);
        }
        if (spec.keys().contains(StateSpec.Key.DESTINATION)) {
            probe.destination(packet, destinationMask);
        }
        final boolean sourcePort = spec.keys().contains(StateSpec.Key.SOURCE_PORT);
        final boolean destinationPort = spec.keys().contains(StateSpec.Key.DESTINATION_PORT);
        if (!sourcePort && !destinationPort) {
            return true;
        }
        final int offset = portsOffset(packet.transportProtocol());
        if (offset < 0) {
            return !packet.hasNoTransport();
        }
        if (packet.transportBytes() < offset + 4) {
            return false;
        }
        final int ports = packet.intAt(packet.transportOffset() + offset);
        probe.ports((sourcePort ? ports & 0xFFFF_0000 : 0) | (destinationPort ? ports & 0xFFFF : 0));
        return true;
    }

    /** {@code proto_ports_offset}; -1 for a protocol without ports. */
    private static int portsOffset(final int protocol) {
        return IpProtocol.of(protocol)
                .map(p -> switch (p) {
                    case TCP, UDP, DCCP, ESP, SCTP, UDPLITE -> 0;
                    case AH -> AH_PORTS;
                    default -> -1;
                })
                .orElse(-1);
    }
}
