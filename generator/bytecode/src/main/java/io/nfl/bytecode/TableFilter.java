// SPDX-License-Identifier: Apache-2.0
package io.nfl.bytecode;

import io.nfl.api.classify.TupleTables;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which hash tables can have a rule for a packet, told from one field each: most packets then probe a few tables only.
 */
final class TableFilter {
    private static final int FEW_RULES = 4_096;
    private static final int FEW_TABLES = 8;

    private final long[] bits;

    private TableFilter(final int size) {
        bits = new long[size];
    }

    /** For the top bits of either address: the tables that have a rule which these do not exclude. */
    static long[] tops(final int words, final List<IndexedFields> rules, final List<List<Integer>> tables) {
        final int width = rules.size() > FEW_RULES ? 16 : 8;
        final TableFilter filter = new TableFilter(2 << width);
        for (int t = 0; t < tables.size(); t++) {
            final Set<Long> source = new HashSet<>();
            final Set<Long> destination = new HashSet<>();
            for (final int r : tables.get(t)) {
                final long[] masks = rules.get(r).masks();
                final long[] values = rules.get(r).values();
                filter.top(0, width, masks[0], values[0], 1L << t, source);
                filter.top(
                        1 << width, width, destination(words, masks), destination(words, values), 1L << t, destination);
            }
        }
        return filter.bits;
    }

    /** The destination in the top bits. */
    private static long destination(final int words, final long[] fields) {
        return words == TupleTables.IPV4_WORDS ? fields[0] << 32 : fields[2];
    }

    private void top(
            final int base,
            final int width,
            final long mask,
            final long value,
            final long table,
            final Set<Long> done) {
        final int topMask = (int) (mask >>> 64 - width);
        final int topValue = (int) (value >>> 64 - width);
        if (!done.add((long) topMask << 32 | topValue)) {
            return;
        }
        final int free = ~topMask & (1 << width) - 1;
        int low = 0;
        do {
            bits[base + (topValue | low)] |= table;
            low = low - free & free;
        } while (low != 0);
    }

    /** For the destination port and for hashed address blocks. */
    static long[] blocks(final int words, final List<IndexedFields> rules, final List<List<Integer>> tables) {
        if (tables.size() <= FEW_TABLES) {
            return new long[0];
        }
        final int part = 1 << TupleTables.BLOCK_BITS;
        final TableFilter filter = new TableFilter(3 * part);
        final int blockWidth = words == TupleTables.IPV4_WORDS ? 24 : 64;
        for (int t = 0; t < tables.size(); t++) {
            final Set<Integer> ranges = new HashSet<>();
            final List<Integer> members = tables.get(t);
            for (final int r : members) {
                filter.ports((int) rules.get(r).ports(), 1L << t, ranges);
            }
            final long blockMask = -1L << 64 - blockWidth;
            filter.block(part, 64 - blockWidth, blockMask, members, 1L << t, new Side(rules, words, true));
            filter.block(2 * part, 64 - blockWidth, blockMask, members, 1L << t, new Side(rules, words, false));
        }
        return filter.bits;
    }

    private void ports(final int range, final long table, final Set<Integer> done) {
        if (done.add(range)) {
            for (int port = range >>> 16; port <= (range & 0xFFFF); port++) {
                bits[port] |= table;
            }
        }
    }

    /** One address of each rule, in the top bits. */
    private record Side(List<IndexedFields> rules, int words, boolean source) {
        long of(final long[] fields) {
            return source ? fields[0] : destination(words, fields);
        }

        long mask(final int rule) {
            return of(rules.get(rule).masks());
        }

        long value(final int rule) {
            return of(rules.get(rule).values());
        }
    }

    /** A table whose rules all fix a whole block is marked at their blocks, any other at all. */
    private void block(
            final int base,
            final int shift,
            final long blockMask,
            final List<Integer> members,
            final long table,
            final Side side) {
        if (members.stream().anyMatch(r -> (side.mask(r) & blockMask) != blockMask)) {
            final long[] all = Arrays.copyOfRange(bits, base, base + (1 << TupleTables.BLOCK_BITS));
            Arrays.setAll(all, i -> all[i] | table);
            System.arraycopy(all, 0, bits, base, all.length);
            return;
        }
        for (final int r : members) {
            bits[base + TupleTables.block(side.value(r) >>> shift)] |= table;
        }
    }
}
