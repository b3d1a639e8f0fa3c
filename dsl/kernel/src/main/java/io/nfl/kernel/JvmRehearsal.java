// SPDX-License-Identifier: Apache-2.0
package io.nfl.kernel;

import com.google.gson.JsonObject;
import io.nfl.api.host.KernelProfile;
import io.nfl.api.host.KernelProfile.BackEnd;
import io.nfl.api.net.Family;
import io.nfl.compiler.LoadedPolicy;
import io.nfl.compiler.LoadedPolicy.Execution;
import io.nfl.compiler.testing.PlayedEvent;
import io.nfl.compiler.testing.TestRun;
import io.nfl.compiler.testing.TestRunner;
import io.nfl.compiler.trace.RuleTable;
import io.nfl.engine.choice.Chooser;
import io.nfl.engine.pipeline.Flow;
import io.nfl.engine.pipeline.TraceStep;
import io.nfl.ir.Policy;
import io.nfl.ir.test.Step;
import io.nfl.ir.test.TestCase;
import io.nfl.kernel.outcome.CounterText;
import io.nfl.kernel.outcome.Errno;
import io.nfl.kernel.outcome.EventOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToLongFunction;

/** Tests as the engine plays them, told in the driver's and the oracle's words. */
final class JvmRehearsal implements Rehearsal {
    private final Policy policy;
    private final LoadedPolicy loaded;
    private final RuleTable rules;
    private final RulePlaces places;
    private final TestCase test;
    private final List<Step> steps = new ArrayList<>();
    private final StimulusJson stimuli;

    /** @param sleeps whether the kernel has to sleep where time passes */
    JvmRehearsal(final Policy policy, final TestCase test, final BackEnd backEnd, final boolean sleeps) {
        final KernelProfile measured = KernelProfile.MEASURED;
        this.policy = policy;
        this.loaded = LoadedPolicy.of(
                policy, new KernelProfile(measured.version(), backEnd, measured.hz()), Execution.BYTECODE);
        this.rules = new RuleTable(policy);
        this.places = new RulePlaces(policy);
        this.test = test;
        this.stimuli = new StimulusJson(sleeps);
        unroll(test.steps());
    }

    private void unroll(final List<Step> lines) {
        for (final Step step : lines) {
            if (step instanceof Step.Repeat repeat) {
                for (int i = 0; i < repeat.count(); i++) {
                    unroll(repeat.steps());
                }
            } else {
                steps.add(step);
            }
        }
    }

    @Override
    public int steps() {
        return steps.size();
    }

    RulePlaces places() {
        return places;
    }

    /** The line of an event. */
    Step step(final int event) {
        return steps.get(event);
    }

    @Override
    public Played play(
            final int count, final Chooser chooser, final IntToLongFunction drift, final List<JsonObject> kernel) {
        final TestCase part = new TestCase(test.span(), test.name(), steps.subList(0, count));
        final TestRun run =
                TestRunner.run(loaded, rules, part, chooser, drift, new KernelWitness(places, rules, kernel));
        final List<JsonObject> events = new ArrayList<>();
        final List<JsonObject> outcomes = new ArrayList<>();
        for (final PlayedEvent event : run.events()) {
            events.add(event.stimulus().accept(stimuli));
            outcomes.add(outcome(event));
        }
        final JsonObject counters = new JsonObject();
        policy.rulesets().forEach(ruleset -> {
            final var classifier = run.classifiers().get(ruleset.family());
            if (classifier != null) {
                counters.add(ruleset.family() == Family.IPV4 ? "v4" : "v6", CounterText.of(ruleset, classifier));
            }
        });
        return new Played(events, outcomes, counters, run.failure());
    }

    private static JsonObject outcome(final PlayedEvent event) {
        final JsonObject json = new JsonObject();
        if (event.errno() != 0) {
            json.addProperty("errno", Errno.nameOf(event.errno()));
        }
        EventOutcome.flows(json, event.flows(), event.sent(), true);
        EventOutcome.connections(json, event.connections());
        if (!event.flows().isEmpty()) {
            final Flow first = event.flows().get(0);
            route(first, json.getAsJsonArray("flows").get(0).getAsJsonObject());
        }
        return json;
    }

    /** Adds how the flow was routed at last. */
    private static void route(final Flow flow, final JsonObject json) {
        for (final TraceStep step : flow.steps()) {
            if (step instanceof TraceStep.Routed routed) {
                final RouteDecision decision = RouteDecision.of(routed);
                final JsonObject route = new JsonObject();
                decision.table().ifPresent(table -> route.addProperty("table", Integer.toUnsignedLong(table)));
                decision.gateway().ifPresent(hop -> route.addProperty("via", hop));
                route.addProperty("reverse_path", decision.reversePath());
                json.add("route", route);
            }
        }
    }
}
