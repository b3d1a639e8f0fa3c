// SPDX-License-Identifier: Apache-2.0
package io.nfl.kernel;

import com.google.gson.JsonObject;
import io.nfl.api.host.KernelProfile.BackEnd;
import io.nfl.ir.test.Step;
import io.nfl.ir.test.TestCase;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One test on one back end. */
final class KernelTest {
    private static final int TRIES_MORE = 2;
    private static final double BUSY_SECONDS = 0.1;

    private KernelTest() {}

    /**
     * A test that failed while this machine was busy is tried again: its rates and times were not the test's. So is one
     * with differences: the kernel sends an ICMP redirect by the ticks since the last, and differs there from itself.
     */
    static KernelVerdict run(
            final KernelScenario scenario,
            final TestCase test,
            final BackEnd backEnd,
            final Tool driver,
            final Tool comparer)
            throws IOException, InterruptedException {
        final long begin = System.nanoTime();
        final JvmRehearsal rehearsal = new JvmRehearsal(scenario.policy(), test, backEnd, scenario.measuresTime());
        try {
            KernelPlay.Told told = play(scenario, rehearsal, test, backEnd, driver, comparer);
            for (int again = 0; again < TRIES_MORE && isDoubtful(told); again++) {
                told = play(scenario, rehearsal, test, backEnd, driver, comparer);
            }
            return new KernelVerdict(
                    test,
                    backEnd,
                    Optional.empty(),
                    told.jvm().failure(),
                    told.jvmFailure(),
                    told.differences(),
                    story(rehearsal, backEnd, told),
                    millis(begin));
        } catch (final KernelPlay.Failed e) {
            return new KernelVerdict(
                    test,
                    backEnd,
                    Optional.of(String.valueOf(e.getMessage())),
                    Optional.empty(),
                    Optional.empty(),
                    List.of(),
                    List.of(),
                    millis(begin));
        }
    }

    private static boolean isDoubtful(final KernelPlay.Told told) {
        final boolean failed =
                told.jvm().failure().isPresent() || told.jvmFailure().isPresent();
        return !told.differences().isEmpty() || failed && told.driftSeconds() > BUSY_SECONDS;
    }

    private static KernelPlay.Told play(
            final KernelScenario scenario,
            final JvmRehearsal rehearsal,
            final TestCase test,
            final BackEnd backEnd,
            final Tool driver,
            final Tool comparer)
            throws KernelPlay.Failed, IOException, InterruptedException {
        return new KernelPlay(rehearsal, scenario.begin(test, backEnd), driver, comparer).play();
    }

    private static long millis(final long begin) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
    }

    /** Both stories of the first event that differs. */
    private static List<String> story(final JvmRehearsal rehearsal, final BackEnd backEnd, final KernelPlay.Told told) {
        for (final Difference difference : told.differences()) {
            final int at = difference.event();
            if (at >= 0 && at < told.kernel().size()) {
                final JsonObject event = told.jvm().events().get(at);
                final Step step = rehearsal.step(at);
                final List<String> lines = new ArrayList<>();
                lines.add(step.span() + ": " + what(event));
                lines.addAll(new Stories(rehearsal.places())
                        .sideBySide(
                                KernelAccess.name(backEnd),
                                told.kernel().get(at),
                                told.jvm().outcomes().get(at)));
                return lines;
            }
        }
        return List.of();
    }

    private static String what(final JsonObject event) {
        final String type = event.get("type").getAsString();
        return switch (type) {
            case "in" ->
                "in " + event.get("iface").getAsString() + " "
                        + Stories.packet(event.get("hex").getAsString());
            case "out" -> "local " + Stories.packet(event.get("hex").getAsString());
            case "advance" -> "wait " + event.get("seconds").getAsString() + " s";
            default ->
                "link " + event.get("iface").getAsString() + (event.get("up").getAsBoolean() ? " up" : " down");
        };
    }
}
