// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli.trace;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.nfl.api.net.IpAddress;
import io.nfl.compiler.testing.PlayedEvent;
import io.nfl.compiler.trace.PacketText;
import io.nfl.compiler.trace.RuleTable;
import io.nfl.compiler.trace.TraceText;
import io.nfl.compiler.trace.WhyNot;
import io.nfl.diag.Span;
import io.nfl.engine.pipeline.Flow;
import io.nfl.engine.pipeline.TraceStep;
import io.nfl.engine.route.RouteError;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/** A trace for machines: the same steps, each an object. */
final class TraceJson {
    private final Conversation.Trace trace;

    private TraceJson(final Conversation.Trace trace) {
        this.trace = trace;
    }

    static String render(final Conversation.Trace trace) {
        final TraceJson writer = new TraceJson(trace);
        final JsonObject json = new JsonObject();
        json.addProperty("policy", trace.policy().name());
        final JsonArray packets = new JsonArray();
        trace.packets().forEach(asked -> packets.add(writer.packet(asked)));
        json.add("packets", packets);
        return new GsonBuilder()
                        .disableHtmlEscaping()
                        .setPrettyPrinting()
                        .create()
                        .toJson(json)
                + "\n";
    }

    private JsonObject packet(final Conversation.Asked asked) {
        final PlayedEvent event = asked.event();
        final JsonObject json = new JsonObject();
        json.addProperty("words", asked.words());
        final JsonArray flows = new JsonArray();
        event.flows().forEach(flow -> flows.add(flow(flow)));
        json.add("flows", flows);
        event.early().ifPresent(reason -> json.addProperty("droppedOnArrival", reason.text()));
        if (event.errno() != 0) {
            json.addProperty("errno", TraceReport.errno(event.errno()));
        }
        if (!asked.whyNot().isEmpty()) {
            final JsonArray reasons = new JsonArray();
            asked.whyNot().forEach(reason -> reasons.add(reason(reason)));
            json.add("whyNot", reasons);
        }
        return json;
    }

    private static JsonObject reason(final WhyNot.Reason reason) {
        final JsonObject json = new JsonObject();
        json.addProperty("table", reason.table().label());
        json.addProperty("chain", reason.chain());
        json.addProperty("file", reason.rule().file());
        json.addProperty("line", reason.rule().line());
        json.addProperty("text", reason.text());
        json.addProperty("asked", !reason.part().isEmpty());
        if (!reason.part().isEmpty()) {
            json.addProperty("failed", reason.part());
            json.addProperty("packetHad", reason.had());
        }
        return json;
    }

    private JsonObject flow(final Flow flow) {
        final JsonObject json = new JsonObject();
        json.addProperty("origin", flow.origin().name().toLowerCase(Locale.ROOT));
        if (!flow.device().isEmpty()) {
            json.addProperty("device", flow.device());
        }
        final JsonArray steps = new JsonArray();
        flow.steps().forEach(step -> steps.add(step.accept(new Steps())));
        json.add("steps", steps);
        json.addProperty("end", flow.end().text());
        json.addProperty("mark", PacketText.mark(flow.mark()));
        flow.ct().ifPresent(ct -> json.addProperty("ct", ct));
        final JsonArray sent = new JsonArray();
        flow.sent().forEach(each -> {
            final JsonObject one = new JsonObject();
            one.addProperty("device", each.device());
            bytes(one, each.bytes());
            sent.add(one);
        });
        json.add("sent", sent);
        return json;
    }

    private static void bytes(final JsonObject json, final byte[] bytes) {
        json.addProperty("packet", PacketText.of(bytes));
        json.addProperty("bytes", HexFormat.of().formatHex(bytes));
    }

    /** Steps as objects. */
    private final class Steps implements TraceStep.Visitor<JsonObject> {
        private JsonObject step(final String kind) {
            final JsonObject json = new JsonObject();
            json.addProperty("step", kind);
            return json;
        }

        private JsonObject hook(
                final String kind, final String hook, final List<String> devices, final int mark, final byte[] bytes) {
            final JsonObject json = step(kind);
            json.addProperty("hook", hook);
            json.addProperty("in", devices.get(0));
            json.addProperty("out", devices.get(1));
            json.addProperty("mark", PacketText.mark(mark));
            bytes(json, bytes);
            return json;
        }

        @Override
        public JsonObject hookEntered(final TraceStep.HookEntered step) {
            return hook("enter", step.hook().name(), List.of(step.in(), step.out()), step.mark(), step.bytes());
        }

        @Override
        public JsonObject hookLeft(final TraceStep.HookLeft step) {
            final JsonObject json =
                    hook("leave", step.hook().name(), List.of(step.in(), step.out()), step.mark(), step.bytes());
            step.ct().ifPresent(ct -> json.addProperty("ct", ct));
            return json;
        }

        @Override
        public JsonObject ruleMatched(final TraceStep.RuleMatched step) {
            final RuleTable.Entry entry = trace.rules().of(step);
            final JsonObject json = step(entry.rule().isPresent() ? "rule" : entry.isPolicy() ? "policy" : "return");
            json.addProperty("table", entry.table().label());
            json.addProperty("chain", entry.chain().name());
            json.addProperty("trace", step.traceLine());
            if (entry.isPolicy()) {
                json.addProperty("verdict", entry.chain().policyAccepts() ? "accept" : "drop");
            }
            entry.rule().ifPresent(rule -> {
                final Span span = rule.origin().rule();
                json.addProperty("file", span.file());
                json.addProperty("line", span.line());
                json.addProperty("text", TraceText.written(trace.sources(), span));
                rule.label().ifPresent(label -> json.addProperty("label", label));
                json.addProperty("acts", trace.rules().acting(step).isPresent());
            });
            return json;
        }

        @Override
        public JsonObject logged(final TraceStep.Logged step) {
            final JsonObject json = step("log");
            json.addProperty("prefix", step.prefix());
            return json;
        }

        @Override
        public JsonObject loggedToGroup(final TraceStep.LoggedToGroup step) {
            final JsonObject json = step("nflog");
            json.addProperty("group", step.group());
            json.addProperty("prefix", step.prefix());
            return json;
        }

        @Override
        public JsonObject tracked(final TraceStep.Tracked step) {
            final JsonObject json = step("conntrack");
            json.addProperty("ct", step.ct());
            return json;
        }

        @Override
        public JsonObject translated(final TraceStep.Translated step) {
            final JsonObject json = step("nat");
            json.addProperty("hook", step.hook().name());
            json.add(
                    "before",
                    ends(
                            step.sourceBefore(),
                            step.sourcePortBefore(),
                            step.destinationBefore(),
                            step.destinationPortBefore()));
            json.add("after", ends(step.source(), step.sourcePort(), step.destination(), step.destinationPort()));
            return json;
        }

        private JsonObject ends(
                final IpAddress source, final int sourcePort, final IpAddress destination, final int port) {
            final JsonObject json = new JsonObject();
            json.addProperty("source", PacketText.endpoint(source, sourcePort == 0 ? -1 : sourcePort));
            json.addProperty("destination", PacketText.endpoint(destination, port == 0 ? -1 : port));
            return json;
        }

        @Override
        public JsonObject routed(final TraceStep.Routed step) {
            final JsonObject json = step("routing");
            json.addProperty("kind", step.kind().name().toLowerCase(Locale.ROOT));
            json.addProperty("again", step.again());
            if (step.rulePriority() >= 0) {
                json.addProperty("rule", step.rulePriority());
            }
            if (step.table() != 0) {
                json.addProperty("table", trace.rules().routingTable(step.table()));
                json.addProperty("tableNumber", Integer.toUnsignedLong(step.table()));
            }
            step.route().ifPresent(route -> {
                json.addProperty("type", route.type().label());
                json.addProperty("prefix", route.destination().toString());
            });
            step.gateway().ifPresent(gateway -> json.addProperty("via", gateway.toString()));
            if (!step.device().isEmpty()) {
                json.addProperty("device", step.device());
            }
            step.source().ifPresent(source -> json.addProperty("source", source.toString()));
            if (step.error() != RouteError.NONE) {
                json.addProperty("error", step.error().name().toLowerCase(Locale.ROOT));
            }
            return json;
        }

        @Override
        public JsonObject rejected(final TraceStep.Rejected step) {
            final JsonObject json = step("reject");
            json.addProperty("with", step.with().label());
            json.addProperty("answered", step.answered());
            return json;
        }

        @Override
        public JsonObject dropped(final TraceStep.Dropped step) {
            final JsonObject json = step("drop");
            json.addProperty("reason", step.reason().text());
            json.addProperty("kernel", step.reason().kernel(step.family()));
            return json;
        }
    }
}
