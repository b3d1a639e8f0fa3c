// SPDX-License-Identifier: Apache-2.0
package io.nfl.kernel;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.nfl.diag.Diagnostic;
import io.nfl.kernel.Rehearsal.Played;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Plays a rehearsed test on the kernel, event by event. The expectations are held against what the kernel did, and a
 * reply answers what the kernel sent; where chance decides, the JVM is led the kernel's way before it makes the next
 * event. Its clock goes as the kernel's went: no event takes no
 * time there. NOT thread safe.
 */
final class KernelPlay {
    /** How many ways of chance are tried for one event. */
    private static final int MOST_WAYS = 1_024;

    private static final double NANOS_PER_SECOND = 1e9;

    private final Rehearsal rehearsal;
    private final JsonObject scenario;
    private final Tool driver;
    private final Tool comparer;
    private final PickedPorts picked;
    private final List<Integer> ports = new ArrayList<>();
    private final List<JsonObject> told = new ArrayList<>();
    private final List<Long> drifts = new ArrayList<>();
    private List<Integer> ways = List.of();

    /** @param scenario without events */
    KernelPlay(final Rehearsal rehearsal, final JsonObject scenario, final Tool driver, final Tool comparer) {
        this.rehearsal = rehearsal;
        this.scenario = scenario;
        this.driver = driver;
        this.comparer = comparer;
        this.picked = new PickedPorts(scenario);
    }

    /** The kernel would not do something: its words. */
    static final class Failed extends Exception {
        private static final long serialVersionUID = 1L;

        Failed(final String message) {
            super(message, null, false, false);
        }
    }

    /**
     * Both outcomes of a test.
     *
     * @param jvm given what the kernel was given; its failure is the kernel's
     * @param jvmFailure of the JVM by itself, with chance led the kernel's way
     * @param kernel what came of each event on the kernel
     * @param differences none: the kernel did what the JVM did
     * @param driftSeconds that passed up to the last event without being waited for
     */
    record Told(
            Played jvm,
            Optional<Diagnostic> jvmFailure,
            List<JsonObject> kernel,
            List<Difference> differences,
            double driftSeconds) {
        Told {
            kernel = List.copyOf(kernel);
            differences = List.copyOf(differences);
        }
    }

    Told play() throws Failed, IOException, InterruptedException {
        final JsonObject begin = new JsonObject();
        begin.add("begin", scenario);
        ask(begin, 0);
        Played jvm = play(Math.min(1, rehearsal.steps()), chooser(ways));
        for (int at = 0; at < jvm.events().size(); at++) {
            final JsonObject event = jvm.events().get(at);
            final JsonObject question = new JsonObject();
            question.add("event", event);
            final JsonObject outcome = ask(question, seconds(event));
            told.add(outcome);
            drifts.add((long) (outcome.get("drift").getAsDouble() * NANOS_PER_SECOND));
            lead(at);
            jvm = play(Math.min(at + 2, rehearsal.steps()), chooser(ways));
        }
        final JsonObject end = new JsonObject();
        end.addProperty("end", true);
        final JsonObject counters = ask(end, 0);
        final List<Difference> differences = new ArrayList<>(compare(jvm, counters.getAsJsonObject("counters")));
        for (int at = 0; at < told.size(); at++) {
            RouteDifference.of(at, told.get(at), jvm.outcomes().get(at)).ifPresent(differences::add);
        }
        return new Told(
                jvm,
                alone(),
                told,
                differences,
                drifts.isEmpty() ? 0 : drifts.get(drifts.size() - 1) / NANOS_PER_SECOND);
    }

    /** Leads the JVM through this event: time, ports, and what was drawn. */
    private void lead(final int at) throws IOException, InterruptedException {
        ports.addAll(picked.in(told.get(at)));
        final int kept = ways.size();
        LedChooser chooser = chooser(ways);
        Played jvm = play(at + 1, chooser);
        final List<Integer> first = chooser.ways();
        if (first.size() == kept) {
            return;
        }
        for (int tried = 0; tried < MOST_WAYS; tried++) {
            if (compare(jvm, null).stream().noneMatch(difference -> difference.event() == at)) {
                ways = chooser.ways();
                return;
            }
            final Optional<List<Integer>> next = chooser.next(kept);
            if (next.isEmpty()) {
                break;
            }
            chooser = chooser(next.get());
            jvm = play(at + 1, chooser);
        }
        ways = first; // none is the kernel's: the difference will be told
    }

    /** Plays the first steps at the times of the kernel's; what comes after them has the time of the last. */
    private Played play(final int steps, final LedChooser chooser) {
        return rehearsal.play(steps, chooser, this::drift, told);
    }

    /** What the JVM fails at when nobody but itself is judged and answered. */
    private Optional<Diagnostic> alone() {
        return rehearsal
                .play(rehearsal.steps(), chooser(ways), this::drift, List.of())
                .failure();
    }

    private long drift(final int event) {
        return drifts.isEmpty() ? 0 : drifts.get(Math.min(event, drifts.size() - 1));
    }

    private LedChooser chooser(final List<Integer> plan) {
        return new LedChooser(picked.firstBySize(), plan, ports);
    }

    private List<Difference> compare(final Played jvm, final @org.jspecify.annotations.Nullable JsonObject counters)
            throws IOException, InterruptedException {
        final JsonObject question = new JsonObject();
        final JsonObject whole = scenario.deepCopy();
        whole.add("events", array(jvm.events()));
        question.add("scenario", whole);
        question.add("kernel", outcome(told, counters));
        question.add("sim", outcome(jvm.outcomes(), counters == null ? null : jvm.counters()));
        question.addProperty("led", true);
        final List<Difference> differences = new ArrayList<>();
        final JsonObject answer = comparer.ask(question, 0);
        for (final JsonElement each : answer.getAsJsonArray("diffs")) {
            differences.add(Difference.of(each.getAsJsonObject()));
        }
        final JsonElement cut = answer.getAsJsonObject("info").get("cut");
        if (!cut.isJsonNull()) {
            differences.add(new Difference(cut.getAsInt(), -1, "a port of chance", "picked one", "another", ""));
        }
        return differences;
    }

    private JsonObject outcome(
            final List<JsonObject> events, final @org.jspecify.annotations.Nullable JsonObject counters) {
        final JsonObject outcome = new JsonObject();
        outcome.add("backend", scenario.get("backend"));
        outcome.add("events", array(events));
        if (counters != null) {
            outcome.add("counters", counters);
        }
        return outcome;
    }

    private static JsonArray array(final List<JsonObject> objects) {
        final JsonArray array = new JsonArray();
        objects.forEach(array::add);
        return array;
    }

    private JsonObject ask(final JsonObject question, final long seconds)
            throws Failed, IOException, InterruptedException {
        final JsonObject answer = driver.ask(question, seconds);
        final JsonElement error = answer.get("error");
        if (error != null) {
            throw new Failed(error.getAsString());
        }
        return answer;
    }

    private static long seconds(final JsonObject event) {
        final JsonElement seconds = event.get("seconds");
        return seconds == null ? 0 : seconds.getAsLong();
    }
}
