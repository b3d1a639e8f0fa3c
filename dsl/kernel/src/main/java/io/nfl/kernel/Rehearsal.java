// SPDX-License-Identifier: Apache-2.0
package io.nfl.kernel;

import com.google.gson.JsonObject;
import io.nfl.diag.Diagnostic;
import io.nfl.engine.choice.Chooser;
import java.util.List;
import java.util.Optional;
import java.util.function.IntToLongFunction;

/** A test as the JVM plays it: the first steps of it, with chance going a certain way. Deterministic otherwise. */
interface Rehearsal {
    /** How many steps there are; each is one event. */
    int steps();

    /**
     * Plays the first steps from a fresh start.
     *
     * @param drift ns from the begin that pass before the event of this number without being waited for
     * @param kernel what came of the first events on the kernel: there it is the kernel that is judged and answered
     */
    Played play(int steps, Chooser chooser, IntToLongFunction drift, List<JsonObject> kernel);

    /**
     * What was played.
     *
     * @param events in the driver's words, one for each step
     * @param outcomes what came of each, in the oracle's words
     * @param counters at the end
     * @param failure where something else came of the last event than the test expects
     */
    record Played(
            List<JsonObject> events, List<JsonObject> outcomes, JsonObject counters, Optional<Diagnostic> failure) {
        public Played {
            events = List.copyOf(events);
            outcomes = List.copyOf(outcomes);
        }
    }
}
