// SPDX-License-Identifier: Apache-2.0
package io.nfl.kernel;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which ports and ids the kernel picked for connections, told from its conntrack table. NOT thread safe. */
public final class PickedPorts {
    /** The first port of each class, by the size of the class (net/netfilter/nf_nat_core.c). */
    private static final Map<Integer, Integer> FIRST_OF_CLASS = Map.of(511, 1, 424, 600, 64_512, 1024, 65_536, 0);

    private static final Pattern PORT_RANGE =
            Pattern.compile("(?:--to-ports |--to-(?:source|destination) \\S*:)(\\d+)-(\\d+)");

    private final Map<Integer, Integer> firstBySize = new HashMap<>(FIRST_OF_CLASS);
    private final Map<JsonElement, JsonElement> known = new HashMap<>();

    /** @param scenario whose rules name the ranges */
    public PickedPorts(final JsonObject scenario) {
        for (final String field : List.of("iptables", "ip6tables")) {
            final JsonElement rules = scenario.get(field);
            if (rules != null) {
                final Matcher range = PORT_RANGE.matcher(rules.getAsString());
                while (range.find()) {
                    final int low = Integer.parseInt(range.group(1));
                    firstBySize.put(Integer.parseInt(range.group(2)) - low + 1, low);
                }
            }
        }
    }

    /** The first port of a range, by how many ports it has. */
    public Map<Integer, Integer> firstBySize() {
        return Map.copyOf(firstBySize);
    }

    /** What was picked since the last call, told from the outcome of the events up to this one. */
    public List<Integer> in(final JsonObject outcome) {
        final List<Integer> ports = new ArrayList<>();
        final JsonElement table = outcome.get("conntrack");
        if (table == null) {
            return ports;
        }
        for (final JsonElement element : table.getAsJsonArray()) {
            final JsonObject original = element.getAsJsonObject().getAsJsonObject("orig");
            final JsonObject reply = element.getAsJsonObject().getAsJsonObject("reply");
            if (Objects.equals(known.put(original, reply), reply)) {
                continue;
            }
            final boolean icmp = reply.has("id");
            final JsonElement picked = reply.get(icmp ? "id" : "dport");
            if (picked != null && !picked.equals(original.get(icmp ? "id" : "sport"))) {
                ports.add(picked.getAsInt());
            }
        }
        return ports;
    }
}
