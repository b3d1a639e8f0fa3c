// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.nat;

import io.nfl.api.net.AddressRange;
import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.engine.conntrack.Tuple;

/** The address that a range gives to a pair of source and destination ({@code find_best_ips_proto}). */
final class AddressChoice {
    private static final long WORD = 0xFFFF_FFFFL;

    private AddressChoice() {}

    /** Whether the tuple's source lies in the range ({@code nf_nat_inet_in_range}). */
    static boolean holdsSource(final AddressRange range, final Tuple tuple) {
        return compare(tuple.sourceHigh, tuple.sourceLow, range.low()) >= 0
                && compare(tuple.sourceHigh, tuple.sourceLow, range.high()) <= 0;
    }

    private static int compare(final long high, final long low, final IpAddress address) {
        final int byHigh = Long.compareUnsigned(high, address.high());
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, address.low());
    }

    /** Writes the chosen address into one side of the tuple. @param zone id of the connection's zone */
    static void choose(
            final Tuple tuple, final AddressRange range, final Manip manip, final boolean persistent, final int zone) {
        if (range.low().equals(range.high())) {
            write(tuple, manip, range.low().high(), range.low().low());
            return;
        }
        final boolean v4 = tuple.family == Family.IPV4;
        final int words = v4 ? 1 : 4;
        final int salt = persistent ? 0 : memoryWord(destination(tuple, words - 1)) ^ zone;
        int hash = v4
                ? JenkinsHash.ofFourWords(memoryWord((int) tuple.sourceLow), 0, 0, 0, salt)
                : JenkinsHash.ofFourWords(
                        memoryWord((int) (tuple.sourceHigh >>> 32)),
                        memoryWord((int) tuple.sourceHigh),
                        memoryWord((int) (tuple.sourceLow >>> 32)),
                        memoryWord((int) tuple.sourceLow),
                        salt);
        long high = 0;
        long low = 0;
        boolean anything = false;
        for (int i = 0; i < words; i++) {
            // Once a word is below the range's last, the words behind it may be anything.
            final int least = anything ? 0 : word(range.low(), i, words);
            final int greatest = word(range.high(), i, words);
            final int distance = anything ? -1 : greatest - least + 1;
            final int chosen = least + scale(hash, distance);
            anything |= chosen != greatest;
            // The side that is rewritten changes under the hash, as in the kernel.
            if (words == 1) {
                low = chosen & WORD;
            } else if (i < 2) {
                high |= (chosen & WORD) << 32 * (1 - i);
            } else {
                low |= (chosen & WORD) << 32 * (3 - i);
            }
            if (!persistent) {
                hash ^= memoryWord(manip == Manip.DESTINATION ? chosen : destination(tuple, i));
            }
        }
        write(tuple, manip, high, low);
    }

    private static void write(final Tuple tuple, final Manip manip, final long high, final long low) {
        if (manip == Manip.SOURCE) {
            tuple.sourceHigh = high;
            tuple.sourceLow = low;
        } else {
            tuple.destinationHigh = high;
            tuple.destinationLow = low;
        }
    }

    /** {@code reciprocal_scale}. */
    private static int scale(final int hash, final int distance) {
        return (int) ((hash & WORD) * (distance & WORD) >>> 32);
    }

    private static int destination(final Tuple tuple, final int index) {
        return tuple.family == Family.IPV4
                ? (int) tuple.destinationLow
                : word(tuple.destinationHigh, tuple.destinationLow, index);
    }

    private static int word(final IpAddress address, final int index, final int words) {
        return words == 1 ? address.bits32() : word(address.high(), address.low(), index);
    }

    private static int word(final long high, final long low, final int index) {
        final long half = index < 2 ? high : low;
        return (int) (index % 2 == 0 ? half >>> 32 : half);
    }

    /** A word in network order as a little-endian machine reads it from memory. */
    private static int memoryWord(final int bits) {
        return Integer.reverseBytes(bits);
    }
}
