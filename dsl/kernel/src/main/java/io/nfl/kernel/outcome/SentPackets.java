// SPDX-License-Identifier: Apache-2.0
package io.nfl.kernel.outcome;

import io.nfl.engine.pipeline.Flow;
import java.util.ArrayList;
import java.util.List;

/**
 * Tells which packets on the wire are taken for which flow's, as the oracle tells it: flows in the order they began
 * take from their device in the order of sending. A redirect that overtakes its cause is so taken for the cause.
 */
final class SentPackets {
    private static final int MORE_FRAGMENTS = 0x20;

    private final List<Flow.Sent> wire;

    SentPackets(final List<Flow.Sent> wire) {
        this.wire = new ArrayList<>(wire);
    }

    List<Flow.Sent> of(final Flow flow) {
        final List<Flow.Sent> taken = new ArrayList<>();
        if (flow.sent().isEmpty()) {
            return taken;
        }
        final String device = flow.sent().get(0).device();
        int next = next(device);
        while (next >= 0
                && (taken.isEmpty()
                        || continues(
                                taken.get(taken.size() - 1).bytes(),
                                wire.get(next).bytes()))) {
            taken.add(wire.remove(next));
            next = next(device);
        }
        return taken;
    }

    /** What no flow has taken. */
    List<Flow.Sent> rest() {
        return wire;
    }

    private int next(final String device) {
        for (int i = 0; i < wire.size(); i++) {
            if (wire.get(i).device().equals(device)) {
                return i;
            }
        }
        return -1;
    }

    /** Whether the second is a later fragment of the first's packet. */
    private static boolean continues(final byte[] first, final byte[] second) {
        return first[0] >>> 4 == 4
                && second[0] >>> 4 == 4
                && first[4] == second[4]
                && first[5] == second[5]
                && (first[6] & MORE_FRAGMENTS) != 0;
    }
}
