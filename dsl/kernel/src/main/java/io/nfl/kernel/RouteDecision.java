// SPDX-License-Identifier: Apache-2.0
package io.nfl.kernel;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.nfl.api.host.RoutingTables;
import io.nfl.engine.pipeline.TraceStep;
import io.nfl.engine.route.RouteError;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How an event's packet was routed, as far as the kernel can be asked.
 *
 * @param reversePath whether the source was no good: reverse path filtering
 * @param table that had the route; absent where none had, or where none was asked: broadcasts, groups on the link
 * @param gateway in text; absent where the destination is on the link
 */
record RouteDecision(boolean reversePath, OptionalInt table, Optional<String> gateway) {
    private static final String REVERSE_PATH = "TcpExt.IPReversePathFilter";

    /** Asked for after the event: the kernel does not log its decisions. Absent where there was no packet. */
    static Optional<RouteDecision> ofKernel(final JsonObject outcome) {
        if (!hasFlow(outcome)) {
            return Optional.empty();
        }
        final JsonElement counts = outcome.get("snmp");
        final boolean filtered = counts != null && counts.getAsJsonObject().has(REVERSE_PATH);
        final JsonElement route = flow(outcome).get("route");
        return Optional.of(of(filtered, route == null ? new JsonObject() : route.getAsJsonObject()));
    }

    /** Absent where there was no decision. */
    static Optional<RouteDecision> ofEngine(final JsonObject outcome) {
        return hasFlow(outcome) && flow(outcome).has("route")
                ? Optional.of(flow(outcome).getAsJsonObject("route"))
                        .map(route -> of(route.get("reverse_path").getAsBoolean(), route))
                : Optional.empty();
    }

    static RouteDecision of(final TraceStep.Routed step) {
        // broadcasts and groups on the link are in no table
        final boolean found = step.error() == RouteError.NONE && step.table() != 0;
        return new RouteDecision(
                step.error() == RouteError.CROSS_DEVICE,
                found ? OptionalInt.of(step.table()) : OptionalInt.empty(),
                found ? step.gateway().map(Object::toString) : Optional.empty());
    }

    private static boolean hasFlow(final JsonObject outcome) {
        return outcome.has("flows") && !outcome.getAsJsonArray("flows").isEmpty();
    }

    private static JsonObject flow(final JsonObject outcome) {
        return outcome.getAsJsonArray("flows").get(0).getAsJsonObject();
    }

    private static RouteDecision of(final boolean reversePath, final JsonObject route) {
        return new RouteDecision(
                reversePath,
                route.has("table") ? OptionalInt.of((int) route.get("table").getAsLong()) : OptionalInt.empty(),
                Optional.ofNullable(route.get("via")).map(JsonElement::getAsString));
    }

    /** Whether nothing that the kernel shows contradicts the engine. */
    boolean agrees(final RouteDecision engine) {
        return reversePath == engine.reversePath
                && (table.isEmpty() || engine.table.isEmpty() || text().equals(engine.text()));
    }

    /** Until a rule is added, local and main are one table, and the kernel calls it main (net/ipv4/fib_trie.c). */
    String text() {
        final int number = table.orElse(0);
        return "table " + Integer.toUnsignedString(number == RoutingTables.LOCAL ? RoutingTables.MAIN : number)
                + gateway.map(hop -> " via " + hop).orElse("");
    }
}
