// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli.simulate;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.nfl.api.classify.Classifier;
import io.nfl.api.net.Family;
import io.nfl.bytecode.ClassLimitException;
import io.nfl.compiler.LoadedPolicy;
import io.nfl.compiler.LoadedPolicy.Execution;
import io.nfl.engine.choice.Chooser;
import io.nfl.engine.choice.SeededChooser;
import io.nfl.engine.clock.SettableClock;
import io.nfl.engine.localhost.LocalSender;
import io.nfl.engine.localhost.Sockets;
import io.nfl.engine.pipeline.Engine;
import io.nfl.engine.pipeline.EngineOptions;
import io.nfl.engine.pipeline.Flow;
import io.nfl.engine.route.HostRefusedException;
import io.nfl.kernel.outcome.CounterText;
import io.nfl.kernel.outcome.Errno;
import io.nfl.kernel.outcome.EventOutcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Runs one scenario in the engine. NOT thread safe. */
public final class Simulation implements Scenario.Event.Visitor<JsonObject> {
    private static final long SEED = 1;
    /** {@code EINVAL}: a frame without a header. */
    private static final int INVALID = 22;

    private final Scenario scenario;
    private final SettableClock clock = new SettableClock();
    private final IntConsumer beforeEvent;
    private final List<Flow.Sent> wire = new ArrayList<>();
    private final Engine engine;

    private Simulation(
            final Scenario scenario, final Execution execution, final Chooser chooser, final IntConsumer beforeEvent) {
        this.scenario = scenario;
        this.beforeEvent = beforeEvent;
        final Map<Family, Classifier> classifiers = new EnumMap<>(Family.class);
        scenario.rules()
                .forEach((family, ruleset) -> classifiers.put(
                        family, LoadedPolicy.classifiers(ruleset, execution).get()));
        this.engine = new Engine(
                scenario.host(),
                classifiers,
                clock,
                chooser,
                new EngineOptions(true, scenario.sink()),
                (device, bytes, length) -> wire.add(new Flow.Sent(device, Arrays.copyOf(bytes, length))));
        engine.record(true);
        for (final Scenario.Listener listener : scenario.listeners()) {
            if (listener.stream()) {
                engine.listen(listener.address(), listener.port());
            } else {
                engine.bindDatagram(listener.address(), listener.port());
            }
        }
    }

    /**
     * The outcome of a scenario, or {@code {"error": …, "unsupported": […]}}. Chance follows the number {@code seed},
     * if it has one, and in an event that of {@code seeds}.
     */
    public static JsonObject run(final JsonObject scenarioJson, final Execution execution) {
        final SeededChooser chooser =
                new SeededChooser(seeds(scenarioJson.get("seed")).findFirst().orElse(SEED));
        final long[] each = seeds(scenarioJson.get("seeds")).toArray();
        return run(scenarioJson, execution, chooser, event -> {
            if (event < each.length) {
                chooser.restart(each[event]);
            }
        });
    }

    private static LongStream seeds(final @Nullable JsonElement given) {
        if (given == null) {
            return LongStream.empty();
        }
        return given.isJsonArray()
                ? given.getAsJsonArray().asList().stream().flatMapToLong(Simulation::seeds)
                : given.getAsString().matches("\\d{1,9}") ? LongStream.of(given.getAsLong()) : LongStream.empty();
    }

    /**
     * The outcome of a scenario in which chance goes one certain way.
     *
     * @param beforeEvent is told the number of each event, from 0, before it happens
     */
    public static JsonObject run(
            final JsonObject scenarioJson,
            final Execution execution,
            final Chooser chooser,
            final IntConsumer beforeEvent) {
        final Unsupported unsupported = new Unsupported();
        final JsonElement inner = scenarioJson.get("scenario");
        final JsonObject json = inner != null && inner.isJsonObject() ? inner.getAsJsonObject() : scenarioJson;
        try {
            return ScenarioReader.read(json, unsupported)
                    .map(scenario -> new Simulation(scenario, execution, chooser, beforeEvent).outcome())
                    .orElseGet(() -> refusal(json, unsupported.reasons()));
        } catch (final HostRefusedException | ClassLimitException e) {
            return refusal(json, List.of(String.valueOf(e.getMessage())));
        } catch (final ScenarioException e) {
            final JsonObject answer = named(json);
            answer.addProperty("error", e.getMessage());
            return answer;
        }
    }

    private static JsonObject named(final JsonObject scenario) {
        final JsonObject answer = new JsonObject();
        final JsonElement name = scenario.get("name");
        if (name != null) {
            answer.add("name", name);
        }
        return answer;
    }

    private static JsonObject refusal(final JsonObject scenario, final List<String> reasons) {
        final JsonObject answer = named(scenario);
        answer.addProperty("error", "not supported: " + String.join("; ", reasons));
        final JsonArray list = new JsonArray();
        reasons.forEach(list::add);
        answer.add("unsupported", list);
        return answer;
    }

    private JsonObject outcome() {
        final JsonObject json = new JsonObject();
        json.addProperty("name", scenario.name());
        json.addProperty("backend", "legacy");
        final JsonArray events = new JsonArray();
        int number = 0;
        for (final Scenario.Event event : scenario.events()) {
            beforeEvent.accept(number++);
            final JsonObject outcome = event.accept(this);
            if (scenario.counting() == Scenario.Counting.EACH) {
                outcome.add("counters", counters());
            }
            events.add(outcome);
        }
        json.add("events", events);
        if (scenario.counting() == Scenario.Counting.END) {
            json.add("counters", counters());
        }
        return json;
    }

    private JsonObject counters() {
        final JsonObject json = new JsonObject();
        scenario.rules()
                .forEach((family, ruleset) -> engine.classifier(family)
                        .ifPresent(rules ->
                                json.add(family == Family.IPV4 ? "v4" : "v6", CounterText.of(ruleset, rules))));
        return json;
    }

    /** Flows, verdict, sockets and connections after an event. */
    private JsonObject told(final JsonObject json, final String withoutFlow) {
        final List<Flow> flows = engine.takeFlows();
        EventOutcome.flows(json, flows, wire, scenario.tellsCt());
        frames(json);
        wire.clear();
        if (flows.isEmpty() && !withoutFlow.isEmpty() && !json.has("errno")) {
            json.addProperty("verdict", withoutFlow);
        }
        sockets(json);
        EventOutcome.connections(json, engine.connections());
        return json;
    }

    /** What left by Ethernet devices, left in frames. */
    private void frames(final JsonObject json) {
        if (scenario.ethernets().isEmpty()) {
            return;
        }
        frames(json, "unattributed_out");
        json.getAsJsonArray("flows").forEach(flow -> frames(flow.getAsJsonObject(), "out"));
    }

    private void frames(final JsonObject told, final String field) {
        if (!told.has(field)) {
            return;
        }
        for (final JsonElement element : told.getAsJsonArray(field)) {
            final JsonObject packet = element.getAsJsonObject();
            final Ethernet ethernet =
                    scenario.ethernets().get(packet.get("iface").getAsString());
            if (ethernet != null) {
                final byte[] bytes = HexFormat.of().parseHex(packet.get("hex").getAsString());
                packet.addProperty("hex", HexFormat.of().formatHex(ethernet.frame(bytes)));
            }
        }
    }

    private void sockets(final JsonObject json) {
        final List<Sockets.Received> received = engine.takeReceived();
        if (received.isEmpty()) {
            return;
        }
        final JsonArray list = new JsonArray();
        for (final Sockets.Received datagram : received) {
            final JsonObject one = new JsonObject();
            one.addProperty("sock", "udp " + datagram.local() + ":" + datagram.localPort());
            one.addProperty("from", datagram.remote() + ":" + datagram.remotePort());
            one.addProperty("hex", HexFormat.of().formatHex(datagram.data()));
            list.add(one);
        }
        json.add("sockets", list);
    }

    private static void failed(final JsonObject json, final int errno) {
        if (errno != 0) {
            json.addProperty("errno", Errno.nameOf(errno));
        }
    }

    private static void bound(final JsonObject json, final LocalSender.Sent sent) {
        final JsonArray name = new JsonArray();
        name.add(sent.source().toString());
        name.add(sent.sourcePort());
        json.add("sockname", name);
    }

    @Override
    public JsonObject arrival(final Scenario.Event.Arrival event) {
        final byte[] bytes = event.bytes();
        final Ethernet ethernet = scenario.ethernets().get(event.device());
        final JsonObject json = new JsonObject();
        if (!event.heard()) {
            return told(json, "dropped before PREROUTING");
        }
        if (ethernet == null) {
            engine.receive(event.device(), bytes, 0, bytes.length);
        } else if (bytes.length < Ethernet.HEADER) {
            failed(json, INVALID);
        } else if (Ethernet.carriesIp(bytes) && ethernet.packetType(bytes) != Ethernet.OTHER_HOST) {
            final int length = bytes.length - Ethernet.HEADER;
            final int type = ethernet.packetType(bytes);
            engine.receive(event.device(), bytes, Ethernet.HEADER, length, Ethernet.source(bytes), type);
        }
        return told(json, "dropped before PREROUTING");
    }

    @Override
    public JsonObject raw(final Scenario.Event.Raw event) {
        final JsonObject json = new JsonObject();
        failed(json, engine.sendRaw(event.request(), event.bytes()));
        return told(json, "not sent");
    }

    @Override
    public JsonObject datagram(final Scenario.Event.Datagram event) {
        final JsonObject json = new JsonObject();
        final LocalSender.Sent sent = engine.sendDatagram(event.request(), event.data());
        failed(json, sent.errno());
        if (sent.errno() == 0) {
            bound(json, sent);
        }
        return told(json, "");
    }

    @Override
    public JsonObject connect(final Scenario.Event.Connect event) {
        final JsonObject json = new JsonObject();
        final LocalSender.Sent sent = engine.connect(event.request());
        json.addProperty("connect", sent.errno() == 0 ? Errno.EINPROGRESS.name() : Errno.nameOf(sent.errno()));
        bound(json, sent);
        return told(json, "");
    }

    @Override
    public JsonObject age(final Scenario.Event.Age event) {
        engine.ageConnections(event.seconds());
        return told(new JsonObject(), "");
    }

    @Override
    public JsonObject sleep(final Scenario.Event.Sleep event) {
        clock.advance(event.nanos());
        return told(new JsonObject(), "");
    }

    @Override
    public JsonObject flush(final Scenario.Event.Flush event) {
        engine.flushConnections();
        return told(new JsonObject(), "");
    }

    @Override
    public JsonObject nothing(final Scenario.Event.Nothing event) {
        final JsonObject json = new JsonObject();
        json.addProperty("output", "");
        json.addProperty("rc", 0);
        return told(json, "");
    }

    @Override
    public JsonObject setting(final Scenario.Event.Setting event) {
        engine.conntrack().settings().set(event.name(), event.value());
        return told(new JsonObject(), "");
    }

    @Override
    public JsonObject settled(final Scenario.Event.Settled event) {
        final JsonObject json = event.event().accept(this);
        clock.advance(event.nanos());
        return json;
    }
}
