// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.state;

import io.nfl.api.classify.RuleState;
import io.nfl.api.classify.StateSpec;
import io.nfl.api.net.IpAddress;
import io.nfl.api.packet.PacketView;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A list of net/netfilter/xt_recent.c. Rules of both families that name it share it; the mask is that of the rule that
 * made it, the ring of stamps as long as the greatest hit count needs.
 */
final class RecentList {
    /** Module parameter {@code ip_list_tot}. */
    private static final int MOST_ENTRIES = 100;

    private static final int DEFAULT_STAMPS = 32;

    private final IpAddress mask;
    /** In the order of use, the longest unused first. */
    private final Map<PacketKey, Entry> entries = new LinkedHashMap<>();

    private final PacketKey probe = new PacketKey();
    private int stamps;

    private static final class Entry {
        final long[] stamps;
        int used = 1;
        int next = 1;
        int ttl;

        Entry(final int size, final long now, final int ttl) {
            this.stamps = new long[size];
            this.stamps[0] = now;
            this.ttl = ttl;
        }
    }

    RecentList(final IpAddress mask) {
        this.mask = mask;
    }

    /** A rule names the list: a longer ring than so far empties it. */
    void join(final int hitCount) {
        final int wanted = hitCount == 0 ? DEFAULT_STAMPS : Integer.highestOneBit(Math.max(1, hitCount * 2 - 1));
        if (wanted > stamps) {
            entries.clear();
            stamps = wanted;
        }
    }

    int test(final StateSpec.Recent spec, final PacketView packet, final long now, final int hz) {
        final int ttl = packet.out().isEmpty() || packet.hasSocket() ? packet.ttl() : packet.ttl() + 1 & 0xFF;
        probe.clear(packet.family());
        probe.address(packet, spec.bySource(), mask);
        final Entry entry = find(spec.compareTtl() ? ttl : 0);
        if (entry == null) {
            if (spec.operation() != StateSpec.RecentOperation.SET) {
                return result(false, spec);
            }
            insert(now, ttl);
            return result(true, spec);
        }
        final boolean hit = switch (spec.operation()) {
            case SET -> true;
            case REMOVE -> {
                entries.remove(probe);
                yield true;
            }
            case CHECK, UPDATE -> seen(spec, entry, now, hz);
        };
        final boolean matched = hit ^ spec.inverted();
        final boolean updates = spec.operation() == StateSpec.RecentOperation.UPDATE && matched;
        if (spec.reap() && asks(spec)) {
            reap(now - (long) spec.seconds() * hz, updates ? entry : null);
        }
        if (spec.operation() == StateSpec.RecentOperation.SET || updates) {
            touch(entry, now, ttl);
        }
        return matched ? RuleState.HIT : RuleState.MISS;
    }

    private static boolean asks(final StateSpec.Recent spec) {
        return spec.operation() == StateSpec.RecentOperation.CHECK
                || spec.operation() == StateSpec.RecentOperation.UPDATE;
    }

    private static int result(final boolean hit, final StateSpec.Recent spec) {
        return hit ^ spec.inverted() ? RuleState.HIT : RuleState.MISS;
    }

    private @Nullable Entry find(final int ttl) {
        final Entry entry = entries.get(probe);
        return entry != null && (ttl == entry.ttl || ttl == 0 || entry.ttl == 0) ? entry : null;
    }

    private void insert(final long now, final int ttl) {
        if (entries.size() >= MOST_ENTRIES) {
            entries.remove(entries.keySet().iterator().next());
        }
        entries.remove(probe);
        entries.put(probe.copy(), new Entry(stamps, now, ttl));
    }

    private static boolean seen(final StateSpec.Recent spec, final Entry entry, final long now, final int hz) {
        final long since = now - (long) spec.seconds() * hz;
        int hits = 0;
        for (int i = 0; i < entry.used; i++) {
            if (spec.seconds() != 0 && entry.stamps[i] < since) {
                continue;
            }
            hits++;
            if (spec.hitCount() == 0 || hits >= spec.hitCount()) {
                return true;
            }
        }
        return false;
    }

    private void touch(final Entry entry, final long now, final int ttl) {
        entry.next &= stamps - 1;
        entry.stamps[entry.next++] = now;
        entry.used = Math.max(entry.used, entry.next);
        entry.ttl = ttl;
        final PacketKey key = probe.copy();
        entries.remove(key);
        entries.put(key, entry);
    }

    /** Removes the longest unused entry where it is older than {@code since}, but not the one about to be touched. */
    private void reap(final long since, final @Nullable Entry working) {
        if (entries.isEmpty()) {
            return;
        }
        final Map.Entry<PacketKey, Entry> oldest = entries.entrySet().iterator().next();
        final Entry entry = oldest.getValue();
        if (entry != working && entry.stamps[entry.next - 1] < since) {
            entries.remove(oldest.getKey());
        }
    }
}
