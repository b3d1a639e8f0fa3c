// SPDX-License-Identifier: Apache-2.0
package io.nfl.kernel.outcome;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.nfl.engine.conntrack.ConntrackEntry;
import io.nfl.engine.pipeline.Flow;
import java.util.List;
import java.util.Map;

/** What came of one event: flows, what left, conntrack's table. */
public final class EventOutcome {
    private EventOutcome() {}

    /**
     * Adds the flows of an event.
     *
     * @param wire all that left, in the order of sending
     * @param tellsCt whether flows tell their conntrack state
     */
    public static void flows(
            final JsonObject json, final List<Flow> flows, final List<Flow.Sent> wire, final boolean tellsCt) {
        final JsonArray list = new JsonArray();
        final SentPackets sent = new SentPackets(wire);
        flows.forEach(flow -> list.add(FlowJson.of(flow, sent.of(flow), tellsCt)));
        if (!sent.rest().isEmpty()) {
            json.add("unattributed_out", FlowJson.packets(sent.rest()));
        }
        json.add("flows", list);
        if (!flows.isEmpty()) {
            json.add("verdict", list.get(0).getAsJsonObject().get("verdict"));
        }
    }

    /** Adds conntrack's table. */
    public static void connections(final JsonObject json, final List<ConntrackEntry> entries) {
        final JsonArray connections = new JsonArray();
        entries.forEach(entry -> connections.add(object(entry.fields())));
        json.add("conntrack", connections);
    }

    private static JsonObject object(final Map<?, ?> fields) {
        final JsonObject json = new JsonObject();
        fields.forEach((name, value) -> json.add(String.valueOf(name), element(value)));
        return json;
    }

    private static JsonElement element(final Object value) {
        if (value instanceof Map<?, ?> map) {
            return object(map);
        }
        if (value instanceof List<?> values) {
            final JsonArray array = new JsonArray();
            values.forEach(one -> array.add(element(one)));
            return array;
        }
        return value instanceof Number number ? new JsonPrimitive(number) : new JsonPrimitive(String.valueOf(value));
    }
}
