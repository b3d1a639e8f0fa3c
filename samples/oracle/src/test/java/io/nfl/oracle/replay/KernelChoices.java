// SPDX-License-Identifier: Apache-2.0
package io.nfl.oracle.replay;

import com.google.gson.JsonObject;
import io.nfl.engine.choice.Chooser;
import io.nfl.kernel.PickedPorts;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Chance as it went in the kernel: the port or id of a connection whose port the kernel picked is taken from the
 * recorded conntrack table. All else that is drawn is compared modulo its value.
 */
final class KernelChoices implements Chooser {
    private final List<JsonObject> events = new ArrayList<>();
    private final PickedPorts picked;
    private final Deque<Integer> ports = new ArrayDeque<>();
    private int drawn;

    KernelChoices(final JsonObject scenario, final JsonObject outcome) {
        outcome.getAsJsonArray("events").forEach(event -> events.add(event.getAsJsonObject()));
        picked = new PickedPorts(scenario);
    }

    /** Learns which ports the kernel picked in the event of this number. */
    void before(final int event) {
        ports.clear();
        ports.addAll(picked.in(events.get(event)));
    }

    @Override
    public int portOffset(final int size) {
        final Integer port = ports.poll();
        return port == null ? 0 : Math.floorMod(port - picked.firstBySize().getOrDefault(size, 0), size);
    }

    @Override
    public int probability() {
        return 0;
    }

    @Override
    public int multipath(final int flow) {
        return flow & Integer.MAX_VALUE;
    }

    @Override
    public int sequenceNumber() {
        return ++drawn * 0x0123_4567;
    }

    @Override
    public int identification() {
        return ++drawn;
    }

    @Override
    public int ephemeralPort(final int size) {
        return Math.floorMod(++drawn, size);
    }
}
