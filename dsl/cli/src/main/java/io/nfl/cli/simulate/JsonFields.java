// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli.simulate;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The fields of a JSON object by their types; a field of the wrong type is a {@link ScenarioException}. */
record JsonFields(JsonObject object, String what) {
    static JsonFields of(final JsonElement element, final String what) {
        if (!element.isJsonObject()) {
            throw new ScenarioException(what + " is no object");
        }
        return new JsonFields(element.getAsJsonObject(), what);
    }

    /** Adds each field that is not among the known ones to the unsupported. */
    void allow(final Set<String> known, final Unsupported unsupported) {
        for (final String name : object.keySet()) {
            if (!known.contains(name)) {
                unsupported.add(what + " field `" + name + "`");
            }
        }
    }

    private Optional<JsonElement> field(final String name) {
        final JsonElement element = object.get(name);
        return element == null || element.isJsonNull() ? Optional.empty() : Optional.of(element);
    }

    Optional<String> text(final String name) {
        return field(name).map(element -> primitive(name, element).getAsString());
    }

    String required(final String name) {
        return text(name).orElseThrow(() -> new ScenarioException(what + " has no `" + name + "`"));
    }

    Optional<Long> number(final String name) {
        return field(name).map(element -> {
            try {
                return primitive(name, element).getAsBigDecimal().longValueExact();
            } catch (final NumberFormatException | ArithmeticException e) {
                throw new ScenarioException("`" + name + "` of " + what + " is no whole number");
            }
        });
    }

    double decimal(final String name, final double otherwise) {
        return field(name)
                .map(element -> primitive(name, element).getAsDouble())
                .orElse(otherwise);
    }

    boolean flag(final String name) {
        return field(name)
                .map(element -> primitive(name, element).getAsBoolean())
                .orElse(false);
    }

    boolean has(final String name) {
        return field(name).isPresent();
    }

    private JsonElement primitive(final String name, final JsonElement element) {
        if (!element.isJsonPrimitive()) {
            throw new ScenarioException("`" + name + "` of " + what + " is no plain value");
        }
        return element;
    }

    List<JsonElement> list(final String name) {
        final Optional<JsonElement> element = field(name);
        if (element.isEmpty()) {
            return List.of();
        }
        if (!element.get().isJsonArray()) {
            throw new ScenarioException("`" + name + "` of " + what + " is no list");
        }
        final JsonArray array = element.get().getAsJsonArray();
        final List<JsonElement> list = new ArrayList<>(array.size());
        array.forEach(list::add);
        return list;
    }

    /** A list of lines, or one text with several. */
    List<String> lines(final String name) {
        final Optional<JsonElement> element = field(name);
        if (element.isPresent() && element.get().isJsonPrimitive()) {
            return List.of(element.get().getAsString().split("\n"));
        }
        return list(name).stream()
                .map(line -> primitive(name, line).getAsString())
                .toList();
    }

    /** An object of plain values. */
    Map<String, String> map(final String name) {
        final Map<String, String> map = new LinkedHashMap<>();
        field(name)
                .ifPresent(element -> JsonFields.of(element, "`" + name + "`")
                        .object()
                        .entrySet()
                        .forEach(entry -> map.put(
                                entry.getKey(),
                                primitive(entry.getKey(), entry.getValue()).getAsString())));
        return map;
    }
}
