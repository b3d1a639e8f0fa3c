// SPDX-License-Identifier: Apache-2.0
package io.nfl.oracle.replay;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Lists where an outcome differs from the kernel's, at the level {@code full} of kernel/compare.py. */
final class OutcomeComparison {
    private static final Pattern COUNTED_CHAIN = Pattern.compile(":(\\S+) (\\S+) (\\[\\d+:\\d+])");
    private static final Pattern COUNTED_RULE = Pattern.compile("(\\[\\d+:\\d+]) -A (\\S+).*");

    private final JsonObject scenario;
    private final PacketComparison packets;
    private final List<String> differences = new ArrayList<>();
    private int advances;

    private OutcomeComparison(final JsonObject scenario) {
        this.scenario = scenario;
        final Set<String> addresses = new HashSet<>();
        for (final JsonElement device : scenario.getAsJsonArray("interfaces")) {
            for (final JsonElement address : device.getAsJsonObject().getAsJsonArray("addresses")) {
                addresses.add(address.getAsString().split("/")[0]);
            }
        }
        this.packets = new PacketComparison(addresses);
    }

    static List<String> of(final JsonObject scenario, final JsonObject kernel, final JsonObject ours) {
        final OutcomeComparison comparison = new OutcomeComparison(scenario);
        if (ours.has("error")) {
            return List.of(ours.get("error").getAsString());
        }
        comparison.events(kernel.getAsJsonArray("events"), ours.getAsJsonArray("events"));
        comparison.counters(kernel.getAsJsonObject("counters"), ours.getAsJsonObject("counters"));
        return comparison.differences;
    }

    private void check(final String what, final @Nullable Object kernel, final @Nullable Object ours) {
        if (!Objects.equals(kernel, ours)) {
            differences.add(what + ": kernel " + kernel + ", ours " + ours);
        }
    }

    private void events(final JsonArray kernel, final JsonArray ours) {
        check("events", kernel.size(), ours.size());
        for (int i = 0; i < Math.min(kernel.size(), ours.size()); i++) {
            final JsonObject event = scenario.getAsJsonArray("events").get(i).getAsJsonObject();
            advances += event.get("type").getAsString().equals("advance") ? 1 : 0;
            event("event " + i, kernel.get(i).getAsJsonObject(), ours.get(i).getAsJsonObject());
        }
    }

    private void event(final String where, final JsonObject kernel, final JsonObject ours) {
        check(where + " verdict", kernel.get("verdict"), ours.get("verdict"));
        check(where + " errno", kernel.get("errno"), ours.get("errno"));
        final JsonArray kernelFlows = kernel.getAsJsonArray("flows");
        final JsonArray ourFlows = ours.getAsJsonArray("flows");
        check(where + " flows", ends(kernelFlows), ends(ourFlows));
        for (int i = 0; i < Math.min(kernelFlows.size(), ourFlows.size()); i++) {
            flow(
                    where + " flow " + i,
                    kernelFlows.get(i).getAsJsonObject(),
                    ourFlows.get(i).getAsJsonObject());
        }
        if (kernel.has("conntrack")) {
            connections(where, kernel.getAsJsonArray("conntrack"), ours.getAsJsonArray("conntrack"));
        }
    }

    private static List<String> ends(final JsonArray flows) {
        final List<String> ends = new ArrayList<>();
        flows.forEach(flow -> ends.add(flow.getAsJsonObject().get("origin").getAsString() + ": "
                + flow.getAsJsonObject().get("verdict").getAsString()));
        return ends;
    }

    private void flow(final String where, final JsonObject kernel, final JsonObject ours) {
        check(where + " mark", number(kernel, "mark"), number(ours, "mark"));
        if (kernel.has("ct")) {
            check(where + " ct", kernel.get("ct"), ours.get("ct"));
        }
        check(where + " trace", stripped(kernel), stripped(ours));
        final JsonArray sent = kernel.has("out") ? kernel.getAsJsonArray("out") : new JsonArray();
        final JsonArray ourSent = ours.has("out") ? ours.getAsJsonArray("out") : new JsonArray();
        check(where + " packets", sent.size(), ourSent.size());
        final boolean made = !kernel.get("origin").getAsString().startsWith("wire");
        for (int i = 0; i < Math.min(sent.size(), ourSent.size()); i++) {
            final JsonObject one = sent.get(i).getAsJsonObject();
            final JsonObject other = ourSent.get(i).getAsJsonObject();
            check(where + " device", one.get("iface"), other.get("iface"));
            if (!packets.same(bytes(one), bytes(other), made)) {
                check(where + " bytes", one.get("hex"), other.get("hex"));
            }
        }
    }

    private static byte[] bytes(final JsonObject packet) {
        return HexFormat.of().parseHex(packet.get("hex").getAsString());
    }

    private static List<String> stripped(final JsonObject flow) {
        final List<String> lines = new ArrayList<>();
        flow.getAsJsonArray("trace")
                .forEach(line -> lines.add(line.getAsString().stripTrailing()));
        return lines;
    }

    private static long number(final JsonObject object, final String field) {
        final JsonElement value = object.get(field);
        return value == null ? 0 : value.getAsLong();
    }

    private void connections(final String where, final JsonArray kernel, final JsonArray ours) {
        final Map<String, JsonObject> expected = byOriginal(kernel);
        final Map<String, JsonObject> found = byOriginal(ours);
        check(where + " connections", new TreeSet<>(expected.keySet()), new TreeSet<>(found.keySet()));
        expected.forEach((key, entry) -> {
            final JsonObject other = found.get(key);
            if (other != null) {
                connection(where + " connection " + key, entry, other);
            }
        });
    }

    private static Map<String, JsonObject> byOriginal(final JsonArray entries) {
        final Map<String, JsonObject> byOriginal = new LinkedHashMap<>();
        for (final JsonElement element : entries) {
            final JsonObject entry = element.getAsJsonObject();
            byOriginal.put(number(entry, "zone") + " " + sorted(entry.getAsJsonObject("orig")), entry);
        }
        return byOriginal;
    }

    /** The fields in one order, whoever wrote them. */
    private static String sorted(final JsonObject object) {
        final TreeSet<String> fields = new TreeSet<>();
        object.entrySet().forEach(field -> fields.add(field.getKey() + "=" + plain(field.getValue())));
        return fields.toString();
    }

    private static String plain(final JsonElement value) {
        return value instanceof JsonPrimitive primitive ? primitive.getAsString() : value.toString();
    }

    private void connection(final String where, final JsonObject kernel, final JsonObject ours) {
        check(where + " reply", sorted(kernel.getAsJsonObject("reply")), sorted(ours.getAsJsonObject("reply")));
        check(where + " status", status(kernel), status(ours));
        // older recordings tell the state of TCP alone
        if (kernel.has("state")
                || !ours.getAsJsonObject("orig").get("proto").getAsString().equals("sctp")) {
            check(where + " state", kernel.get("state"), ours.get("state"));
        }
        check(where + " mark", number(kernel, "mark"), number(ours, "mark"));
        final long difference = Math.abs(number(kernel, "timeout") - number(ours, "timeout"));
        if (kernel.has("timeout") && difference > 1 + advances) {
            check(where + " timeout", kernel.get("timeout"), ours.get("timeout"));
        }
    }

    private static Set<String> status(final JsonObject entry) {
        final Set<String> names = new TreeSet<>();
        if (entry.has("status")) {
            entry.getAsJsonArray("status").forEach(name -> names.add(name.getAsString()));
        }
        return names;
    }

    private void counters(final JsonObject kernel, final JsonObject ours) {
        for (final Map.Entry<String, JsonElement> family : kernel.entrySet()) {
            if (!ours.has(family.getKey())) {
                check("counters " + family.getKey(), "there", "missing");
                continue;
            }
            final Map<String, List<String>> found = counts(ours.getAsJsonArray(family.getKey()));
            counts(family.getValue().getAsJsonArray()).forEach((chain, counts) -> {
                if (scenarioNames(family.getKey(), chain)) {
                    check("counters " + family.getKey() + " " + chain, counts, found.get(chain));
                }
            });
        }
    }

    /** The kernel's namespace may hold tables of the scenario before. */
    private boolean scenarioNames(final String family, final String chain) {
        final JsonElement rules = scenario.get(family.equals("v4") ? "iptables" : "ip6tables");
        final String table = chain.substring(0, chain.indexOf(':'));
        return rules != null && rules.getAsString().contains("*" + table);
    }

    /** Policy and counters by {@code table:chain}, rules in their order. */
    private static Map<String, List<String>> counts(final JsonArray lines) {
        final Map<String, List<String>> counts = new LinkedHashMap<>();
        String table = "";
        for (final JsonElement element : lines) {
            final String line = element.getAsString();
            final Matcher chain = COUNTED_CHAIN.matcher(line);
            final Matcher rule = COUNTED_RULE.matcher(line);
            if (line.startsWith("*")) {
                table = line.substring(1).strip();
            } else if (chain.matches()) {
                final String policy = chain.group(2).equals("-") ? "" : chain.group(2) + " " + chain.group(3);
                counts.computeIfAbsent(table + ":" + chain.group(1), name -> new ArrayList<>())
                        .add(policy);
            } else if (rule.matches()) {
                counts.computeIfAbsent(table + ":" + rule.group(2), name -> new ArrayList<>())
                        .add(rule.group(1));
            }
        }
        return counts;
    }
}
