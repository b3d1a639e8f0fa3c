// SPDX-License-Identifier: Apache-2.0
package io.nfl.kernel;

import com.google.gson.JsonObject;
import java.util.Optional;

/** Table, gateway and reverse path filter of an event's packet, compared. */
final class RouteDifference {
    private RouteDifference() {}

    static Optional<Difference> of(final int event, final JsonObject kernel, final JsonObject jvm) {
        final Optional<RouteDecision> ours = RouteDecision.ofEngine(jvm);
        final Optional<RouteDecision> theirs = RouteDecision.ofKernel(kernel);
        if (ours.isEmpty() || theirs.isEmpty() || theirs.get().agrees(ours.get())) {
            return Optional.empty();
        }
        return Optional.of(
                theirs.get().reversePath() == ours.get().reversePath()
                        ? new Difference(
                                event,
                                0,
                                "route",
                                theirs.get().text(),
                                ours.get().text(),
                                "")
                        : new Difference(
                                event, 0, "reverse path filter", filter(theirs.get()), filter(ours.get()), ""));
    }

    private static String filter(final RouteDecision decision) {
        return decision.reversePath() ? "drops it" : "lets it in";
    }
}
