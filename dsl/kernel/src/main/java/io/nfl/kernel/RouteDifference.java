// SPDX-License-Identifier: Apache-2.0
package io.nfl.kernel;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.nfl.api.host.RoutingTables;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Table, gateway and reverse path filter of an event's packet: the kernel does not log its routing decisions, so they
 * are asked for afterwards, and compared here.
 */
final class RouteDifference {
    private static final String REVERSE_PATH = "TcpExt.IPReversePathFilter";

    private RouteDifference() {}

    static Optional<Difference> of(final int event, final JsonObject kernel, final JsonObject jvm) {
        final @Nullable JsonObject ours = route(jvm);
        if (ours == null) {
            return Optional.empty();
        }
        final JsonElement counts = kernel.get("snmp");
        final boolean filtered = counts != null && counts.getAsJsonObject().has(REVERSE_PATH);
        final boolean weFilter = ours.get("reverse_path").getAsBoolean();
        if (filtered != weFilter) {
            return Optional.of(new Difference(
                    event,
                    0,
                    "reverse path filter",
                    filtered ? "drops it" : "lets it in",
                    weFilter ? "drops it" : "lets it in",
                    ""));
        }
        final @Nullable JsonObject theirs = route(kernel);
        if (theirs == null || !theirs.has("table") || !ours.has("table")) {
            return Optional.empty();
        }
        final String asked = text(theirs);
        final String decided = text(ours);
        return asked.equals(decided)
                ? Optional.empty()
                : Optional.of(new Difference(event, 0, "route", asked, decided, ""));
    }

    private static @Nullable JsonObject route(final JsonObject outcome) {
        final JsonElement flows = outcome.get("flows");
        if (flows == null || flows.getAsJsonArray().isEmpty()) {
            return null;
        }
        return flows.getAsJsonArray().get(0).getAsJsonObject().getAsJsonObject("route");
    }

    /** Until a rule is added, local and main are one table, and the kernel calls it main (net/ipv4/fib_trie.c). */
    private static String text(final JsonObject route) {
        final JsonElement via = route.get("via");
        final long table = route.get("table").getAsLong();
        return "table " + (table == RoutingTables.LOCAL ? RoutingTables.MAIN : table)
                + (via == null ? "" : " via " + via.getAsString());
    }
}
