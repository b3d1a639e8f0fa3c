// SPDX-License-Identifier: Apache-2.0
package io.nfl.kernel;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;

/**
 * One thing that the kernel did otherwise than the JVM.
 *
 * @param event its number from 0; -1 for what is compared at the end
 * @param flow its number in the event; -1 where it is of no flow
 * @param field what is compared: {@code mark}, {@code trace}, {@code out bytes (ttl)},
 *     {@code counters v4 filter:INPUT rule 2}
 * @param place of a counter: the rule as iptables-save prints it; empty where there is none
 */
public record Difference(int event, int flow, String field, String kernel, String jvm, String place) {
    static Difference of(final JsonObject json) {
        final String field = text(json, "field");
        return new Difference(
                number(json, "event"),
                number(json, "flow"),
                field,
                text(json, "kernel"),
                text(json, "sim"),
                field.startsWith("counters") ? text(json, "context") : "");
    }

    private static int number(final JsonObject json, final String name) {
        final JsonElement element = json.get(name);
        return element == null || element.isJsonNull() ? -1 : element.getAsInt();
    }

    private static String text(final JsonObject json, final String name) {
        final JsonElement element = json.get(name);
        if (element == null || element.isJsonNull()) {
            return "nothing";
        }
        return element.isJsonPrimitive() ? element.getAsString() : element.toString();
    }

    /** In one line. */
    public String text() {
        return field + ": kernel " + kernel + ", JVM " + jvm + (place.isEmpty() ? "" : "   " + place);
    }
}
