// SPDX-License-Identifier: Apache-2.0
package io.nfl.api.classify;

/**
 * Hash tables over masked header fields (tuple space search with merged tuples), as flat arrays: which rule is the
 * first, from a given one on, whose fields the packet has. The number of tables, not the number of rules, bounds a
 * search.
 *
 * <p>A key is {@code words} longs. IPv4: source and destination in one, then the rest; IPv6: source high, low,
 * destination high, low, then the rest. The rest: source port, destination port (16 bits each), protocol (8), input
 * device, output device (12 each), from the top.
 *
 * @param rules for each rule: its masks, its values ({@code words} longs each), then its port ranges: low and high of
 *     source, low and high of destination, 16 bits each
 * @param masks for each table the mask of its keys
 * @param layout for each table: shift of its hash, where its buckets begin in {@code heads}, its lowest rule
 * @param heads where each bucket begins in {@code entries}; a table has one more than buckets
 * @param entries rules of the buckets, ascending in each
 * @param filter which tables can have a rule, as sets of bits: for the top bits of the source, then for those of the
 *     destination ({@code 1 << }{@link #filterBits} each)
 * @param blocks the same for the destination port, then for the hashed 24 (IPv6: 64) top bits of source and
 *     destination; empty where there are too few tables to be worth it
 */
public record TupleTables(
        int words, long[] rules, long[] masks, int[] layout, int[] heads, int[] entries, long[] filter, long[] blocks) {
    public static final int IPV4_WORDS = 2;
    public static final int IPV6_WORDS = 5;
    /** A set of tables is the bits of a long. */
    public static final int MAX_TABLES = 64;
    /** Ints of {@code layout} for each table. */
    public static final int LAYOUT = 3;

    private static final int NONE = Integer.MAX_VALUE;
    private static final long MIX = 0x9E37_79B9_7F4A_7C15L;
    private static final long MIX_REST = 0xC2B2_AE3D_27D4_EB4FL;

    /** Longs of {@code rules} for each rule. */
    public static int stride(final int words) {
        return 2 * words + 1;
    }

    /** Mixes one more word of a key into its hash. */
    public static long mix(final long hash, final long word) {
        return (Long.rotateLeft(hash, 29) ^ word) * MIX_REST;
    }

    /** The bucket of a hash in a table of {@code 1 << 64 - shift} buckets. */
    public static int bucket(final long hash, final int shift) {
        return (int) ((hash ^ hash >>> 32) * MIX >>> shift);
    }

    /** Log of the entries of each part of {@code blocks}. */
    public static final int BLOCK_BITS = 16;

    /** Where in its part of {@code blocks} the top bits of an address stand. */
    public static int block(final long topBits) {
        return (int) (topBits * MIX >>> 64 - BLOCK_BITS);
    }

    private long blocks(final long source, final long destination, final long rest) {
        if (blocks.length == 0) {
            return -1L;
        }
        return blocks[(int) (rest >>> 32) & 0xFFFF]
                & blocks[(1 << BLOCK_BITS) + block(source)]
                & blocks[(2 << BLOCK_BITS) + block(destination)];
    }

    private int filterBits() {
        return 30 - Integer.numberOfLeadingZeros(filter.length);
    }

    /** @return the first rule from {@code from} on with these IPv4 fields, or -1 */
    int next(final long addresses, final long rest, final int from) {
        final int bits = filterBits();
        long candidates = filter[(int) (addresses >>> 64 - bits)]
                & filter[(1 << bits) + (int) ((addresses << 32) >>> 64 - bits)]
                & blocks(addresses >>> 40, addresses << 32 >>> 40, rest);
        int best = NONE;
        while (candidates != 0) {
            final int table = Long.numberOfTrailingZeros(candidates);
            candidates &= candidates - 1;
            if (layout[LAYOUT * table + 2] >= best) {
                break;
            }
            final long hash = mix(mix(0, addresses & masks[2 * table]), rest & masks[2 * table + 1]);
            final int at = layout[LAYOUT * table + 1] + bucket(hash, layout[LAYOUT * table]);
            final int end = heads[at + 1];
            for (int i = heads[at]; i < end && entries[i] < best; i++) {
                if (entries[i] >= from && holds(entries[i], addresses, rest)) {
                    best = entries[i];
                }
            }
        }
        return best == NONE ? -1 : best;
    }

    private boolean holds(final int rule, final long addresses, final long rest) {
        final int at = 5 * rule;
        return (addresses & rules[at]) == rules[at + 2]
                && (rest & rules[at + 1]) == rules[at + 3]
                && portsHold(rules[at + 4], rest);
    }

    private static boolean portsHold(final long ranges, final long rest) {
        final int source = (int) (rest >>> 48);
        final int destination = (int) (rest >>> 32) & 0xFFFF;
        return source >= (int) (ranges >>> 48)
                && source <= ((int) (ranges >>> 32) & 0xFFFF)
                && destination >= ((int) ranges >>> 16)
                && destination <= ((int) ranges & 0xFFFF);
    }

    /** @return the first rule from {@code from} on with these IPv6 fields, or -1 */
    int next(
            final long sourceHigh,
            final long sourceLow,
            final long destinationHigh,
            final long destinationLow,
            final long rest,
            final int from) {
        final int bits = filterBits();
        long candidates = filter[(int) (sourceHigh >>> 64 - bits)]
                & filter[(1 << bits) + (int) (destinationHigh >>> 64 - bits)]
                & blocks(sourceHigh, destinationHigh, rest);
        int best = NONE;
        while (candidates != 0) {
            final int table = Long.numberOfTrailingZeros(candidates);
            candidates &= candidates - 1;
            if (layout[LAYOUT * table + 2] >= best) {
                break;
            }
            final int mask = 5 * table;
            long hash = mix(mix(0, sourceHigh & masks[mask]), sourceLow & masks[mask + 1]);
            hash = mix(mix(hash, destinationHigh & masks[mask + 2]), destinationLow & masks[mask + 3]);
            hash = mix(hash, rest & masks[mask + 4]);
            final int at = layout[LAYOUT * table + 1] + bucket(hash, layout[LAYOUT * table]);
            final int end = heads[at + 1];
            for (int i = heads[at]; i < end && entries[i] < best; i++) {
                if (entries[i] >= from
                        && holds(entries[i], sourceHigh, sourceLow, destinationHigh, destinationLow, rest)) {
                    best = entries[i];
                }
            }
        }
        return best == NONE ? -1 : best;
    }

    private boolean holds(
            final int rule,
            final long sourceHigh,
            final long sourceLow,
            final long destinationHigh,
            final long destinationLow,
            final long rest) {
        final int at = 11 * rule;
        return (sourceHigh & rules[at]) == rules[at + 5]
                && (sourceLow & rules[at + 1]) == rules[at + 6]
                && (destinationHigh & rules[at + 2]) == rules[at + 7]
                && (destinationLow & rules[at + 3]) == rules[at + 8]
                && (rest & rules[at + 4]) == rules[at + 9]
                && portsHold(rules[at + 10], rest);
    }
}
