// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.route;

import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.api.net.Prefix;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All prefixes of one length: a hash table with open addressing, filled at most half. */
final class PrefixTable {
    final int length;
    private final long maskHigh;
    private final long maskLow;
    private final long[] high;
    private final long[] low;
    private final FibEntry[] @Nullable [] entries;
    private final int slotMask;

    PrefixTable(final Family family, final int length, final Map<Prefix, List<FibEntry>> prefixes) {
        this.length = length;
        final IpAddress mask = IpAddress.mask(family, length);
        this.maskHigh = mask.high();
        this.maskLow = mask.low();
        final int slots = Integer.highestOneBit(Math.max(1, prefixes.size())) * 4;
        this.slotMask = slots - 1;
        this.high = new long[slots];
        this.low = new long[slots];
        this.entries = new FibEntry[slots][];
        prefixes.forEach(this::put);
    }

    private void put(final Prefix prefix, final List<FibEntry> aliases) {
        int slot = slot(prefix.address().high(), prefix.address().low());
        while (entries[slot] != null) {
            slot = slot + 1 & slotMask;
        }
        high[slot] = prefix.address().high();
        low[slot] = prefix.address().low();
        entries[slot] = aliases.toArray(new FibEntry[0]);
    }

    /** The routes for the prefix that the address lies in, in the order they are tried; null without any. */
    FibEntry @Nullable [] find(final long addressHigh, final long addressLow) {
        final long keyHigh = addressHigh & maskHigh;
        final long keyLow = addressLow & maskLow;
        int slot = slot(keyHigh, keyLow);
        while (true) {
            final FibEntry[] aliases = entries[slot];
            if (aliases == null || high[slot] == keyHigh && low[slot] == keyLow) {
                return aliases;
            }
            slot = slot + 1 & slotMask;
        }
    }

    private int slot(final long keyHigh, final long keyLow) {
        final long mixed = (keyHigh * 31 + keyLow) * 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> 32) & slotMask;
    }
}
