// SPDX-License-Identifier: Apache-2.0
package io.nfl.kernel;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.nfl.api.host.Device;
import io.nfl.api.net.Family;
import io.nfl.api.net.Hook;
import io.nfl.api.net.IpAddress;
import io.nfl.compiler.testing.PlayedEvent;
import io.nfl.compiler.testing.Witness;
import io.nfl.compiler.trace.RuleTable;
import io.nfl.engine.conntrack.ConntrackEntry;
import io.nfl.engine.packet.DropReason;
import io.nfl.engine.pipeline.Flow;
import io.nfl.engine.pipeline.TraceStep;
import io.nfl.engine.route.RouteError;
import io.nfl.engine.route.RouteKind;
import io.nfl.ir.Rule;
import io.nfl.ir.Target;
import io.nfl.kernel.outcome.Errno;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the kernel did in each event, told as the engine tells it, so that the same expectations are held against it.
 * What the kernel does not log is taken from what it shows: LOG from the rule that was met, a failed second routing
 * decision from the error that the program got.
 */
final class KernelWitness implements Witness {
    private static final HexFormat HEX = HexFormat.of();
    private static final String REJECTED_BY_RULE = Errno.EPERM.name();

    private final RulePlaces places;
    private final RuleTable rules;
    private final List<JsonObject> told;

    /** @param told what came of the first events on the kernel; those after it are the engine's still */
    KernelWitness(final RulePlaces places, final RuleTable rules, final List<JsonObject> told) {
        this.places = places;
        this.rules = rules;
        this.told = List.copyOf(told);
    }

    @Override
    public PlayedEvent sees(final int number, final PlayedEvent event) {
        if (number >= told.size()) {
            return event;
        }
        final JsonObject outcome = told.get(number);
        final List<Flow> flows = new ArrayList<>();
        final List<Flow.Sent> wire = new ArrayList<>();
        for (final JsonElement each : outcome.getAsJsonArray("flows")) {
            final Flow ours =
                    flows.size() < event.flows().size() ? event.flows().get(flows.size()) : null;
            final Flow flow = flow(outcome, each.getAsJsonObject(), flows.isEmpty(), Optional.ofNullable(ours));
            wire.addAll(flow.sent());
            flows.add(flow);
        }
        wire.addAll(sent(outcome, "unattributed_out"));
        return new PlayedEvent(
                event.step(),
                event.stimulus(),
                flows,
                wire,
                connections(outcome),
                flows.isEmpty() ? event.early() : Optional.empty(),
                errno(outcome).map(Errno::numberOf).orElse(0));
    }

    private static Optional<String> errno(final JsonObject outcome) {
        return Optional.ofNullable(outcome.get("errno")).map(JsonElement::getAsString);
    }

    private Flow flow(final JsonObject outcome, final JsonObject json, final boolean first, final Optional<Flow> ours) {
        final String by = json.get("origin").getAsString();
        final Flow.Origin origin = Flow.Origin.valueOf(by.split(" ", 2)[0].toUpperCase(Locale.ROOT));
        final String device = switch (origin) {
            case WIRE -> by.substring(by.indexOf(' ') + 1);
            case LOCAL -> "";
            case LOOPBACK -> Device.LOOPBACK;
        };
        final List<TraceStep> steps = new ArrayList<>();
        byte[] bytes = new byte[0];
        Family family = Family.IPV4;
        for (final JsonElement element : json.getAsJsonArray("path")) {
            final JsonObject step = element.getAsJsonObject();
            if (step.has("hex")) {
                bytes = HEX.parseHex(step.get("hex").getAsString());
                family = bytes[0] >>> 4 == 6 ? Family.IPV6 : Family.IPV4;
            }
            if (step.has("at")) {
                steps.add(hook(step, bytes));
            } else if (step.has("trace")) {
                rule(family, step.get("trace").getAsString(), steps);
            }
        }
        steps.addAll(routes(outcome, json, first, ours));
        final Flow flow = Flow.of(origin, device, steps, sent(json, "out"));
        final boolean rerouted =
                errno(outcome).filter(name -> !name.equals(REJECTED_BY_RULE)).isPresent();
        if (!first || !rerouted || flow.end() != Flow.End.DROPPED_IN_OUTPUT) {
            return flow;
        }
        steps.add(new TraceStep.Dropped(DropReason.REROUTE_FAILED, family));
        return Flow.of(origin, device, steps, flow.sent());
    }

    private static TraceStep hook(final JsonObject step, final byte[] bytes) {
        final String at = step.get("at").getAsString();
        final Hook hook = Hook.valueOf(at.substring(0, at.indexOf('.')));
        final String in = step.has("in") ? step.get("in").getAsString() : "";
        final String out = step.has("out") ? step.get("out").getAsString() : "";
        final int mark = step.has("mark") ? (int) step.get("mark").getAsLong() : 0;
        return at.endsWith(".first")
                ? new TraceStep.HookEntered(hook, in, out, mark, bytes)
                : new TraceStep.HookLeft(
                        hook, in, out, mark, Optional.ofNullable(step.get("ct")).map(JsonElement::getAsString), bytes);
    }

    /** LOG goes to syslog, which a namespace does not hear: a rule that was met has logged. */
    private void rule(final Family family, final String line, final List<TraceStep> steps) {
        final OptionalInt number = places.number(family, line);
        if (number.isEmpty()) {
            return;
        }
        final TraceStep.RuleMatched met = new TraceStep.RuleMatched(family, number.getAsInt(), line);
        steps.add(met);
        final Optional<Target> target = rules.of(met).rule().map(Rule::target);
        if (target.isPresent() && target.get() instanceof Target.Log log) {
            steps.add(new TraceStep.Logged(log.parameters().prefix()));
        } else if (target.isPresent() && target.get() instanceof Target.Nflog log) {
            steps.add(new TraceStep.LoggedToGroup(log.group(), log.prefix(), log.bytes()));
        }
    }

    /** The kernel does not tell its decisions. Where nothing that it shows contradicts the engine's, they are those. */
    private static List<TraceStep> routes(
            final JsonObject outcome, final JsonObject json, final boolean first, final Optional<Flow> ours) {
        final List<TraceStep.Routed> decided = ours.stream()
                .filter(flow -> json.get("origin").getAsString().startsWith(originOf(flow)))
                .flatMap(flow -> flow.steps().stream())
                .filter(TraceStep.Routed.class::isInstance)
                .map(TraceStep.Routed.class::cast)
                .toList();
        final Optional<RouteDecision> asked = first ? RouteDecision.ofKernel(outcome) : Optional.empty();
        final boolean agrees = asked.isEmpty()
                || !decided.isEmpty() && asked.get().agrees(RouteDecision.of(decided.get(decided.size() - 1)));
        return agrees ? List.copyOf(decided) : List.of(routed(asked.orElseThrow()));
    }

    private static TraceStep routed(final RouteDecision decision) {
        return new TraceStep.Routed(
                RouteKind.NONE,
                decision.reversePath() ? RouteError.CROSS_DEVICE : RouteError.NONE,
                -1,
                decision.table().orElse(0),
                Optional.empty(),
                "",
                decision.gateway().map(IpAddress::parse),
                Optional.empty(),
                false);
    }

    private static String originOf(final Flow flow) {
        return flow.origin().name().toLowerCase(Locale.ROOT);
    }

    private static List<Flow.Sent> sent(final JsonObject json, final String field) {
        final List<Flow.Sent> packets = new ArrayList<>();
        if (json.has(field)) {
            for (final JsonElement each : json.getAsJsonArray(field)) {
                final JsonObject packet = each.getAsJsonObject();
                packets.add(new Flow.Sent(
                        packet.get("iface").getAsString(),
                        HEX.parseHex(packet.get("hex").getAsString())));
            }
        }
        return packets;
    }

    private static List<ConntrackEntry> connections(final JsonObject outcome) {
        final List<ConntrackEntry> entries = new ArrayList<>();
        for (final JsonElement each : outcome.getAsJsonArray("conntrack")) {
            final JsonObject entry = each.getAsJsonObject();
            final ConntrackEntry.Side original = side(entry.getAsJsonObject("orig"));
            entries.add(new ConntrackEntry(
                    original.source().family(),
                    original,
                    side(entry.getAsJsonObject("reply")),
                    List.of(),
                    Optional.ofNullable(entry.get("state")).map(JsonElement::getAsString),
                    0,
                    entry.has("mark") ? (int) entry.get("mark").getAsLong() : 0,
                    OptionalInt.empty()));
        }
        return entries;
    }

    private static ConntrackEntry.Side side(final JsonObject json) {
        final boolean icmp = json.has("id");
        return new ConntrackEntry.Side(
                IpAddress.parse(json.get("src").getAsString()),
                IpAddress.parse(json.get("dst").getAsString()),
                ConntrackEntry.Side.protocol(json.get("proto").getAsString()),
                number(json, icmp ? "id" : "sport"),
                icmp ? number(json, "type") << 8 | number(json, "code") : number(json, "dport"),
                OptionalInt.empty());
    }

    private static int number(final JsonObject json, final String field) {
        return json.has(field) ? json.get(field).getAsInt() : 0;
    }
}
