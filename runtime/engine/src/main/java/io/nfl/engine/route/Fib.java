// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.route;

import io.nfl.api.net.Family;
import io.nfl.api.net.Prefix;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A routing table: longest prefix first. A lookup probes one hash table for each prefix length in use, so its cost does
 * not grow with the number of routes.
 */
final class Fib {
    private static final int LEGACY_TOS_MASK = 0x1C;
    /** {@code RT6_NUD_FAIL_HARD}: the route cannot serve. */
    private static final int UNUSABLE = -3;

    private final PrefixTable[] byLength;

    private Fib(final PrefixTable[] byLength) {
        this.byLength = byLength;
    }

    /**
     * {@code fib_insert_alias}: of one prefix the table local before main, where they are one; higher TOS first, then
     * lower metric; else in order of insertion.
     */
    static Fib of(final Family family, final List<FibEntry> entries) {
        final Comparator<FibEntry> order = Comparator.comparingInt((FibEntry entry) -> -entry.route.table())
                .thenComparingInt(entry -> -entry.tos)
                .thenComparingLong(entry -> unsigned(entry.metric));
        final TreeMap<Integer, Map<Prefix, List<FibEntry>>> lengths = new TreeMap<>(Comparator.reverseOrder());
        for (final FibEntry entry : entries) {
            lengths.computeIfAbsent(entry.prefixLength(), length -> new LinkedHashMap<>())
                    .computeIfAbsent(entry.route.destination(), prefix -> new ArrayList<>())
                    .add(entry);
        }
        final List<PrefixTable> tables = new ArrayList<>();
        lengths.forEach((length, prefixes) -> {
            prefixes.values().forEach(aliases -> aliases.sort(order));
            tables.add(new PrefixTable(family, length, prefixes));
        });
        return new Fib(tables.toArray(new PrefixTable[0]));
    }

    private static long unsigned(final int metric) {
        return metric & 0xFFFF_FFFFL;
    }

    /** {@code fib_table_lookup}; {@link RouteError#AGAIN} where nothing fits. */
    RouteError lookupIpv4(final RouteKey key, final FibMatch match) {
        for (final PrefixTable table : byLength) {
            final FibEntry[] aliases = table.find(0, key.destinationLow);
            if (aliases == null) {
                continue;
            }
            for (final FibEntry entry : aliases) {
                if (entry.tos != 0 && entry.tos != (key.tos & LEGACY_TOS_MASK)) {
                    continue;
                }
                final RouteError error = entry.error();
                if (error != RouteError.NONE) {
                    match.set(entry, 0);
                    return error;
                }
                final int hop = usableHop(entry, key.outDevice);
                if (hop >= 0) {
                    match.set(entry, hop);
                    return RouteError.NONE;
                }
            }
        }
        match.entry = null;
        return RouteError.AGAIN;
    }

    /** {@code fib_lookup_good_nhc}: the first next hop on the device that is asked for. */
    private static int usableHop(final FibEntry entry, final int outDevice) {
        for (int i = 0; i < entry.hops.length; i++) {
            if (outDevice == 0 || entry.hops[i].device.index == outDevice) {
                return i;
            }
        }
        return -1;
    }

    /**
     * {@code fib6_table_lookup}. The match may be a route that refuses: its error is in the answer.
     *
     * @param device index of the device that is preferred; 0: none
     */
    RouteError lookupIpv6(final RouteKey key, final int device, final DeviceChoice choice, final FibMatch match) {
        for (final PrefixTable table : byLength) {
            final FibEntry[] aliases = table.find(key.destinationHigh, key.destinationLow);
            if (aliases == null) {
                continue;
            }
            final boolean found = switch (choice) {
                case FIRST -> {
                    if (!first(aliases, device, match)) {
                        match.set(aliases[0], 0);
                    }
                    yield true;
                }
                case FIRST_REQUIRED -> first(aliases, device, match);
                case PREFERRED, REQUIRED -> select(aliases, device, choice == DeviceChoice.REQUIRED, match);
            };
            if (found) {
                return match.found().error();
            }
        }
        match.entry = null;
        return RouteError.AGAIN;
    }

    /** {@code find_rr_leaf}: the best of the lowest metric; if none of those will do, the best of all others. */
    private static boolean select(
            final FibEntry[] aliases, final int device, final boolean strict, final FibMatch match) {
        int end = 1;
        while (end < aliases.length && aliases[end].metric == aliases[0].metric) {
            end++;
        }
        return best(aliases, 0, end, device, strict, match)
                || best(aliases, end, aliases.length, device, strict, match);
    }

    private static boolean first(final FibEntry[] aliases, final int device, final FibMatch match) {
        for (final FibEntry alias : aliases) {
            for (int hop = 0; device != 0 && hop < alias.hops.length; hop++) {
                if (alias.hops[hop].device.index == device) {
                    match.set(alias, hop);
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean best(
            final FibEntry[] aliases,
            final int from,
            final int to,
            final int device,
            final boolean strict,
            final FibMatch match) {
        int best = -1;
        for (int i = from; i < to; i++) {
            for (int hop = 0; hop < aliases[i].hops.length; hop++) {
                final int score = score(aliases[i].hops[hop], device, strict);
                if (score > best) {
                    best = score;
                    match.set(aliases[i], hop);
                }
            }
        }
        return best >= 0;
    }

    /** {@code rt6_score_route} without neighbour states: the devices of the engine need none. */
    private static int score(final FibEntry.Hop hop, final int device, final boolean strict) {
        if (device == 0 || hop.device.index == device) {
            return 2;
        }
        return strict ? UNUSABLE : 0;
    }

    /** Whether the hop may be taken when {@code device} is asked for. */
    static boolean usable(final FibEntry.Hop hop, final int device, final boolean strict) {
        return score(hop, device, strict) >= 0;
    }
}
