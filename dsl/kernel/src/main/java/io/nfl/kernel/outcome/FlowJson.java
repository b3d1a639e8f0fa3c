// SPDX-License-Identifier: Apache-2.0
package io.nfl.kernel.outcome;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.nfl.api.net.Hook;
import io.nfl.engine.pipeline.Flow;
import io.nfl.engine.pipeline.TraceStep;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** A flow in the oracle's words. NOT thread safe. */
final class FlowJson implements TraceStep.Visitor<Void> {
    private static final HexFormat HEX = HexFormat.of();

    private final boolean tellsCt;
    private final JsonArray path = new JsonArray();
    private final JsonArray trace = new JsonArray();
    private byte[] last = new byte[0];
    private JsonObject decision = new JsonObject();

    private FlowJson(final boolean tellsCt) {
        this.tellsCt = tellsCt;
    }

    /** @param sent the packets that are taken for the flow's */
    static JsonObject of(final Flow flow, final List<Flow.Sent> sent, final boolean tellsCt) {
        final FlowJson steps = new FlowJson(tellsCt);
        flow.steps().forEach(step -> step.accept(steps));
        final JsonObject json = new JsonObject();
        json.addProperty("origin", origin(flow));
        json.addProperty("verdict", SentPackets.end(flow, sent).text());
        if (!sent.isEmpty()) {
            json.add("out", packets(sent));
        }
        if (flow.mark() != 0) {
            json.addProperty("mark", Integer.toUnsignedLong(flow.mark()));
        }
        if (tellsCt) {
            flow.ct().ifPresent(ct -> json.addProperty("ct", ct));
        }
        json.add("path", steps.path);
        json.add("trace", steps.trace);
        return json;
    }

    static JsonArray packets(final List<Flow.Sent> sent) {
        final JsonArray out = new JsonArray();
        for (final Flow.Sent one : sent) {
            final JsonObject packet = new JsonObject();
            packet.addProperty("iface", one.device());
            packet.addProperty("hex", HEX.formatHex(one.bytes()));
            out.add(packet);
        }
        return out;
    }

    private static String origin(final Flow flow) {
        return switch (flow.origin()) {
            case WIRE -> "wire " + flow.device();
            case LOCAL -> "local";
            case LOOPBACK -> "loopback";
        };
    }

    private void probe(
            final Hook hook,
            final String end,
            final String in,
            final String out,
            final int mark,
            final Optional<String> ct,
            final byte[] bytes) {
        final JsonObject step = new JsonObject();
        step.addProperty("at", hook.name() + "." + end);
        if (tellsCt) {
            ct.ifPresent(state -> step.addProperty("ct", state));
        }
        if (!in.isEmpty()) {
            step.addProperty("in", in);
        }
        if (!out.isEmpty()) {
            step.addProperty("out", out);
        }
        if (mark != 0) {
            step.addProperty("mark", Integer.toUnsignedLong(mark));
        }
        if (!Arrays.equals(bytes, last)) {
            step.addProperty("hex", HEX.formatHex(bytes));
            last = bytes;
        }
        path.add(step);
    }

    private void tell(final String key, final String text) {
        decision = new JsonObject();
        decision.addProperty(key, text);
        path.add(decision);
    }

    @Override
    public Void hookEntered(final TraceStep.HookEntered step) {
        probe(step.hook(), "first", step.in(), step.out(), step.mark(), Optional.empty(), step.bytes());
        return nothing();
    }

    @Override
    public Void hookLeft(final TraceStep.HookLeft step) {
        probe(step.hook(), "last", step.in(), step.out(), step.mark(), step.ct(), step.bytes());
        return nothing();
    }

    @Override
    public Void ruleMatched(final TraceStep.RuleMatched step) {
        trace.add(step.traceLine());
        tell("trace", step.traceLine());
        return nothing();
    }

    /** Not in the trace: LOG goes to syslog whatever logs traces (nf_log.c), where a namespace is not heard. */
    @Override
    public Void logged(final TraceStep.Logged step) {
        tell("log", step.prefix());
        return nothing();
    }

    @Override
    public Void loggedToGroup(final TraceStep.LoggedToGroup step) {
        if (step.group() == 0) {
            trace.add("LOG " + step.prefix());
        }
        tell("nflog", step.prefix());
        return nothing();
    }

    @Override
    public Void tracked(final TraceStep.Tracked step) {
        tell("conntrack", step.ct());
        return nothing();
    }

    @Override
    public Void translated(final TraceStep.Translated step) {
        tell(
                "nat",
                step.sourceBefore() + ":" + step.sourcePortBefore() + " > " + step.destinationBefore() + ":"
                        + step.destinationPortBefore() + " becomes " + step.source() + ":" + step.sourcePort() + " > "
                        + step.destination() + ":" + step.destinationPort());
        return nothing();
    }

    @Override
    public Void routed(final TraceStep.Routed step) {
        tell(step.again() ? "rerouted" : "routed", step.toString());
        return nothing();
    }

    @Override
    public Void rejected(final TraceStep.Rejected step) {
        tell("reject", step.with() + (step.answered() ? "" : " without an answer"));
        return nothing();
    }

    @Override
    public Void dropped(final TraceStep.Dropped step) {
        tell("dropped", step.reason().toString());
        return nothing();
    }

    @SuppressWarnings("NullAway") // Void has no other value
    private static Void nothing() {
        return null;
    }
}
