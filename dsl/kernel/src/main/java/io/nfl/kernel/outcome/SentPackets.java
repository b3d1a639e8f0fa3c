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
        final String device = device(flow);
        if (device.isEmpty()) {
            return taken;
        }
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

    /** Where a flow that has passed POSTROUTING leaves, though nothing of it may; empty for all others. */
    private static String device(final Flow flow) {
        return switch (flow.end()) {
            case FORWARDED, SENT -> flow.sent().get(0).device();
            case LOST -> flow.lastOut();
            case SENT_TO_LOOPBACK,
                    DELIVERED,
                    DROPPED_IN_PREROUTING,
                    DROPPED_BY_ROUTING,
                    DROPPED_IN_INPUT,
                    DROPPED_IN_FORWARD,
                    DROPPED_AFTER_FORWARD,
                    DROPPED_IN_OUTPUT,
                    DROPPED_AFTER_OUTPUT,
                    DROPPED_IN_POSTROUTING -> "";
        };
    }

    /**
     * The verdict as the oracle tells it: by whether it has found a packet for the flow. Where a rule's copy or an
     * answer leaves by the same device as a packet that is lost, it is the first of them that seems sent.
     */
    static Flow.End end(final Flow flow, final List<Flow.Sent> taken) {
        return switch (flow.end()) {
            case LOST -> taken.isEmpty() ? Flow.End.LOST : sent(flow);
            case FORWARDED, SENT -> taken.isEmpty() ? Flow.End.LOST : flow.end();
            case SENT_TO_LOOPBACK,
                    DELIVERED,
                    DROPPED_IN_PREROUTING,
                    DROPPED_BY_ROUTING,
                    DROPPED_IN_INPUT,
                    DROPPED_IN_FORWARD,
                    DROPPED_AFTER_FORWARD,
                    DROPPED_IN_OUTPUT,
                    DROPPED_AFTER_OUTPUT,
                    DROPPED_IN_POSTROUTING -> flow.end();
        };
    }

    private static Flow.End sent(final Flow flow) {
        return flow.origin() == Flow.Origin.WIRE ? Flow.End.FORWARDED : Flow.End.SENT;
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
