// SPDX-License-Identifier: Apache-2.0
package io.nfl.bytecode;

import io.nfl.api.classify.TupleTables;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Sorts rules into hash tables by which bits they fix. A rule may stand in a table that hashes fewer bits than it
 * fixes, as long as its bucket stays short: few tables make a search fast (Daly, Torng and others: TupleMerge, 2019).
 */
final class TupleTablesBuilder {
    private static final int SHORT_BUCKET = 6;
    private static final int COMMON_GROUPS = 52;

    private final int words;
    private final List<IndexedFields> rules;
    private final List<Group> groups = new ArrayList<>();

    /** A table in the making. */
    private static final class Group {
        private final long[] mask;
        private final Map<Key, int[]> sizes = new HashMap<>();
        private final List<Integer> rules = new ArrayList<>();

        Group(final long[] mask) {
            this.mask = mask;
        }

        boolean admits(final long[] ruleMask) {
            for (int i = 0; i < mask.length; i++) {
                if ((mask[i] & ~ruleMask[i]) != 0) {
                    return false;
                }
            }
            return true;
        }

        int size(final long[] values) {
            final int[] size = sizes.get(key(values));
            return size == null ? 0 : size[0];
        }

        void add(final int rule, final long[] values) {
            rules.add(rule);
            sizes.computeIfAbsent(key(values), k -> new int[1])[0]++;
        }

        private Key key(final long[] values) {
            final long[] masked = new long[mask.length];
            for (int i = 0; i < mask.length; i++) {
                masked[i] = values[i] & mask[i];
            }
            return new Key(masked);
        }

        int bits() {
            int bits = 0;
            for (final long word : mask) {
                bits += Long.bitCount(word);
            }
            return bits;
        }
    }

    /** The masked words of a rule. */
    private record Key(long[] words) {
        @Override
        public boolean equals(final Object other) {
            return other instanceof Key key && Arrays.equals(words, key.words);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(words);
        }
    }

    private TupleTablesBuilder(final int words, final List<IndexedFields> rules) {
        this.words = words;
        this.rules = rules;
    }

    static TupleTables build(final int words, final List<IndexedFields> rules) {
        final TupleTablesBuilder builder = new TupleTablesBuilder(words, rules);
        builder.commonGroups();
        for (int rule = 0; rule < rules.size(); rule++) {
            builder.place(rule);
        }
        builder.groups.removeIf(g -> g.rules.isEmpty());
        builder.groups.sort(Comparator.comparing(g -> g.rules.get(0)));
        return builder.flatten();
    }

    /** Tables for what most rules fix come first: were they made as rules come, rare kinds would take their places. */
    private void commonGroups() {
        final Map<Key, Integer> counts = new LinkedHashMap<>();
        for (final IndexedFields rule : rules) {
            counts.merge(new Key(rounded(rule.masks())), 1, Integer::sum);
        }
        counts.entrySet().stream()
                .sorted(Map.Entry.<Key, Integer>comparingByValue().reversed())
                .limit(COMMON_GROUPS)
                .forEach(each -> groups.add(new Group(each.getKey().words())));
    }

    private long[] rounded(final long[] mask) {
        final long[] rounded = new long[words];
        for (int i = 0; i < words; i++) {
            rounded[i] = i == words - 1 ? roundPorts(mask[i]) : roundAddresses(mask[i]);
        }
        return rounded;
    }

    private void place(final int rule) {
        final long[] mask = rules.get(rule).masks();
        final long[] values = rules.get(rule).values();
        Group best = null;
        for (final Group group : groups) {
            if (group.admits(mask) && group.size(values) < SHORT_BUCKET) {
                best = best == null || group.bits() > best.bits() ? group : best;
            }
        }
        if (best == null) {
            best = groupFor(mask, values);
        }
        best.add(rule, values);
    }

    /** A new table: first one that hashes rounded prefixes, then one that hashes all bits, then, full up, any. */
    private Group groupFor(final long[] mask, final long[] values) {
        for (final long[] candidate : List.of(rounded(mask), mask)) {
            if (groups.size() < TupleTables.MAX_TABLES - 1
                    && groups.stream().noneMatch(g -> Arrays.equals(g.mask, candidate))) {
                final Group group = new Group(candidate.clone());
                groups.add(group);
                return group;
            }
        }
        Group best = null;
        for (final Group group : groups) {
            if (group.admits(mask)) {
                best = best == null || group.size(values) < best.size(values) ? group : best;
            }
        }
        if (best == null) {
            best = new Group(new long[words]);
            groups.add(best);
        }
        return best;
    }

    /** Keeps of each 32 bits a whole number of bytes; host addresses stay whole. */
    private long roundAddresses(final long mask) {
        if (words != TupleTables.IPV4_WORDS) {
            return mask & roundPrefix(mask, 64);
        }
        return roundPrefix(mask >>> 32, 32) << 32 & mask | roundPrefix(mask & 0xFFFF_FFFFL, 32) & mask;
    }

    private static long roundPrefix(final long mask, final int width) {
        final int length = Math.min(width, Long.numberOfLeadingZeros(~(mask << 64 - width)));
        final int kept = length / 8 * 8;
        return kept == 0 ? 0 : (-1L << 64 - kept) >>> 64 - width;
    }

    /** Keeps a whole port or none; protocol and devices stay. */
    private static long roundPorts(final long mask) {
        long kept = mask & 0xFFFF_FFFFL;
        if ((mask >>> 48) == 0xFFFF) {
            kept |= 0xFFFFL << 48;
        }
        if ((mask >>> 32 & 0xFFFF) == 0xFFFF) {
            kept |= 0xFFFFL << 32;
        }
        return kept;
    }

    private TupleTables flatten() {
        final int tables = groups.size();
        final long[] masks = new long[tables * words];
        final int[] layout = new int[tables * TupleTables.LAYOUT];
        int headCount = 0;
        for (int t = 0; t < tables; t++) {
            final Group group = groups.get(t);
            System.arraycopy(group.mask, 0, masks, t * words, words);
            final int buckets = Math.max(2, Integer.highestOneBit(group.rules.size()) << 2);
            layout[TupleTables.LAYOUT * t] = 64 - Integer.numberOfTrailingZeros(buckets);
            layout[TupleTables.LAYOUT * t + 1] = headCount;
            layout[TupleTables.LAYOUT * t + 2] = group.rules.get(0);
            headCount += buckets + 1;
        }
        final int[] heads = new int[headCount];
        final int[] entries = new int[rules.size()];
        int next = 0;
        for (int t = 0; t < tables; t++) {
            next = fill(groups.get(t), layout, t, heads, entries, next);
        }
        return new TupleTables(
                words,
                ruleWords(),
                masks,
                layout,
                heads,
                entries,
                TableFilter.tops(words, rules, members()),
                TableFilter.blocks(words, rules, members()));
    }

    /** Buckets one after the other, each in the rules' order. @return where the next table's entries begin */
    private int fill(
            final Group group,
            final int[] layout,
            final int table,
            final int[] heads,
            final int[] entries,
            final int first) {
        final int shift = layout[TupleTables.LAYOUT * table];
        final int base = layout[TupleTables.LAYOUT * table + 1];
        final int buckets = 1 << 64 - shift;
        final int[] bucketOf = new int[group.rules.size()];
        final int[] fill = new int[buckets + 1];
        for (int i = 0; i < bucketOf.length; i++) {
            long hash = 0;
            for (int w = 0; w < words; w++) {
                hash = TupleTables.mix(hash, rules.get(group.rules.get(i)).values()[w] & group.mask[w]);
            }
            bucketOf[i] = TupleTables.bucket(hash, shift);
            fill[bucketOf[i] + 1]++;
        }
        for (int b = 0; b < buckets; b++) {
            fill[b + 1] += fill[b];
        }
        for (int b = 0; b <= buckets; b++) {
            heads[base + b] = first + fill[b];
        }
        for (int i = 0; i < bucketOf.length; i++) {
            entries[first + fill[bucketOf[i]]++] = group.rules.get(i);
        }
        return first + bucketOf.length;
    }

    private long[] ruleWords() {
        final int stride = TupleTables.stride(words);
        final long[] flat = new long[rules.size() * stride];
        for (int r = 0; r < rules.size(); r++) {
            final IndexedFields rule = rules.get(r);
            System.arraycopy(rule.masks(), 0, flat, r * stride, words);
            System.arraycopy(rule.values(), 0, flat, r * stride + words, words);
            flat[r * stride + 2 * words] = rule.ports();
        }
        return flat;
    }

    private List<List<Integer>> members() {
        return groups.stream().map(g -> g.rules).toList();
    }
}
