// SPDX-License-Identifier: Apache-2.0
package io.nfl.kernel;

import io.nfl.engine.choice.Chooser;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Chance on the JVM that is led where the kernel's went. Ports are the kernel's own, known from its conntrack table;
 * the way of a {@code probability} and the next hop of a multipath route the kernel does not tell, and are tried out
 * one after the other. NOT thread safe.
 */
final class LedChooser implements Chooser {
    /** A hash for each sixteenth of the weights. */
    private static final int HOPS = 16;

    private static final int HOP_STEP = 1 << 27;
    private static final int ISN_STEP = 0x0123_4567;

    /** A draw that was made, and among how many ways. */
    private record Draw(int way, int ways) {}

    private final Map<Integer, Integer> firstPortBySize;
    private final List<Integer> planned;
    private final Deque<Integer> ports;
    private final List<Draw> drawn = new ArrayList<>();
    private final Map<Integer, Integer> hops = new HashMap<>();
    private int counter;

    /**
     * Chance with a plan.
     *
     * @param planned the ways of the first draws; after them comes the first way each time
     * @param ports that the kernel picked, in their order
     */
    LedChooser(final Map<Integer, Integer> firstPortBySize, final List<Integer> planned, final List<Integer> ports) {
        this.firstPortBySize = Map.copyOf(firstPortBySize);
        this.planned = List.copyOf(planned);
        this.ports = new ArrayDeque<>(ports);
    }

    /** The ways of all draws so far. */
    List<Integer> ways() {
        return drawn.stream().map(Draw::way).toList();
    }

    /** The next plan that has not been tried, equal to this one in its first draws; absent after the last. */
    Optional<List<Integer>> next(final int kept) {
        for (int last = drawn.size() - 1; last >= kept; last--) {
            final Draw draw = drawn.get(last);
            if (draw.way + 1 < draw.ways) {
                final List<Integer> plan = new ArrayList<>(ways().subList(0, last));
                plan.add(draw.way + 1);
                return Optional.of(plan);
            }
        }
        return Optional.empty();
    }

    private int draw(final int ways) {
        final int at = drawn.size();
        final int way = at < planned.size() ? planned.get(at) : 0;
        drawn.add(new Draw(way, ways));
        return way;
    }

    @Override
    public int portOffset(final int size) {
        final Integer port = ports.poll();
        return port == null ? 0 : Math.floorMod(port - firstPortBySize.getOrDefault(size, 0), size);
    }

    @Override
    public int probability() {
        return draw(2) == 0 ? 0 : Integer.MAX_VALUE;
    }

    @Override
    public int multipath(final int flow) {
        return hops.computeIfAbsent(flow, first -> draw(HOPS) * HOP_STEP + HOP_STEP / 2);
    }

    @Override
    public int sequenceNumber() {
        return ++counter * ISN_STEP;
    }

    @Override
    public int identification() {
        return ++counter;
    }

    @Override
    public int ephemeralPort(final int size) {
        return Math.floorMod(++counter, size);
    }
}
