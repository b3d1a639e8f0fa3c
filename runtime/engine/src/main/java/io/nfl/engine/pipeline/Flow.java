// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.pipeline;

import io.nfl.api.net.Hook;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** The way of one packet from the hook where it begins to where it ends, as the kernel oracle tells it. */
public final class Flow {
    /** Where a packet begins. */
    public enum Origin {
        /** By a device. */
        WIRE,
        /** Made by this host. */
        LOCAL,
        /** The second pass of a packet to this host itself. */
        LOOPBACK
    }

    /** How far it came. */
    public enum End {
        FORWARDED("forwarded"),
        SENT("sent"),
        SENT_TO_LOOPBACK("sent to lo"),
        DELIVERED("delivered"),
        LOST("lost after POSTROUTING"),
        DROPPED_IN_PREROUTING("dropped in PREROUTING"),
        DROPPED_BY_ROUTING("dropped by routing/ip_forward (after PREROUTING)"),
        DROPPED_IN_INPUT("dropped in INPUT"),
        DROPPED_IN_FORWARD("dropped in FORWARD"),
        DROPPED_AFTER_FORWARD("dropped between FORWARD and POSTROUTING"),
        DROPPED_IN_OUTPUT("dropped in OUTPUT"),
        DROPPED_AFTER_OUTPUT("dropped between OUTPUT and POSTROUTING"),
        DROPPED_IN_POSTROUTING("dropped in POSTROUTING");

        private final String text;

        End(final String text) {
            this.text = text;
        }

        /** The oracle's words. */
        public String text() {
            return text;
        }
    }

    /** A packet that left. */
    public record Sent(String device, byte[] bytes) {}

    private final Origin origin;
    private final String device;
    private final List<TraceStep> steps = new ArrayList<>();
    private final List<Sent> sent = new ArrayList<>();
    private Hook hook = Hook.PREROUTING;
    private boolean left;
    private String out = "";
    private int mark;
    private Optional<String> ct = Optional.empty();

    Flow(final Origin origin, final String device) {
        this.origin = origin;
        this.device = device;
    }

    /**
     * A way that was seen elsewhere.
     *
     * @param device it came by; empty for {@link Origin#LOCAL}
     */
    public static Flow of(
            final Origin origin, final String device, final List<TraceStep> steps, final List<Sent> sent) {
        final Flow flow = new Flow(origin, device);
        for (final TraceStep step : steps) {
            if (step instanceof TraceStep.HookEntered entered) {
                flow.enter(entered);
            } else if (step instanceof TraceStep.HookLeft left) {
                flow.leave(left);
            } else {
                flow.add(step);
            }
        }
        sent.forEach(flow::send);
        return flow;
    }

    public Origin origin() {
        return origin;
    }

    /** The device it came by; empty for {@link Origin#LOCAL}. */
    public String device() {
        return device;
    }

    public List<TraceStep> steps() {
        return Collections.unmodifiableList(steps);
    }

    /** What left of it: one packet, or its fragments. */
    public List<Sent> sent() {
        return Collections.unmodifiableList(sent);
    }

    /** The mark when it last entered or left a hook. */
    public int mark() {
        return mark;
    }

    /** {@code NEW}, {@code ESTABLISHED/reply}, {@code INVALID} …: when it last left a hook; absent untracked. */
    public Optional<String> ct() {
        return ct;
    }

    /** The device that it was to leave by when it last entered a hook; empty where the hook has none. */
    public String lastOut() {
        return out;
    }

    public End end() {
        return switch (hook) {
            case PREROUTING -> left ? End.DROPPED_BY_ROUTING : End.DROPPED_IN_PREROUTING;
            case INPUT -> left ? End.DELIVERED : End.DROPPED_IN_INPUT;
            case FORWARD -> left ? End.DROPPED_AFTER_FORWARD : End.DROPPED_IN_FORWARD;
            case OUTPUT -> left ? End.DROPPED_AFTER_OUTPUT : End.DROPPED_IN_OUTPUT;
            case POSTROUTING -> left ? out() : End.DROPPED_IN_POSTROUTING;
        };
    }

    private End out() {
        if (out.equals(io.nfl.api.host.Device.LOOPBACK)) {
            return End.SENT_TO_LOOPBACK;
        }
        if (sent.isEmpty()) {
            return End.LOST;
        }
        return origin == Origin.WIRE ? End.FORWARDED : End.SENT;
    }

    void add(final TraceStep step) {
        steps.add(step);
    }

    void enter(final TraceStep.HookEntered step) {
        hook = step.hook();
        left = false;
        out = step.out();
        mark = step.mark();
        steps.add(step);
    }

    void leave(final TraceStep.HookLeft step) {
        left = true;
        mark = step.mark();
        if (step.ct().isPresent()) {
            ct = step.ct();
        }
        steps.add(step);
    }

    void send(final Sent packet) {
        sent.add(packet);
    }
}
