// SPDX-License-Identifier: Apache-2.0
package io.nfl.oracle.replay;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.nfl.engine.choice.Chooser;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Chance as it went in the kernel: the port or id of a connection whose port the kernel picked is taken from the
 * recorded conntrack table. All else that is drawn is compared modulo its value.
 */
final class KernelChoices implements Chooser {
    /** The first port of each class, by the size of the class (net/netfilter/nf_nat_core.c). */
    private static final Map<Integer, Integer> FIRST_OF_CLASS = Map.of(511, 1, 424, 600, 64_512, 1024, 65_536, 0);

    private static final Pattern PORT_RANGE =
            Pattern.compile("(?:--to-ports |--to-(?:source|destination) \\S*:)(\\d+)-(\\d+)");

    private final List<JsonObject> events = new ArrayList<>();
    private final Map<Integer, Integer> firstBySize = new HashMap<>(FIRST_OF_CLASS);
    private final Map<JsonElement, JsonElement> known = new HashMap<>();
    private final Deque<Integer> ports = new ArrayDeque<>();
    private int drawn;

    KernelChoices(final JsonObject scenario, final JsonObject outcome) {
        outcome.getAsJsonArray("events").forEach(event -> events.add(event.getAsJsonObject()));
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

    /** Learns which ports the kernel picked in the event of this number. */
    void before(final int event) {
        ports.clear();
        final JsonElement table = events.get(event).get("conntrack");
        if (table == null) {
            return;
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
    }

    @Override
    public int portOffset(final int size) {
        final Integer port = ports.poll();
        return port == null ? 0 : Math.floorMod(port - firstBySize.getOrDefault(size, 0), size);
    }

    @Override
    public int probability() {
        return 0;
    }

    @Override
    public int multipath(final int flow) {
        return flow & Integer.MAX_VALUE;
    }

    @Override
    public int sequenceNumber() {
        return ++drawn * 0x0123_4567;
    }

    @Override
    public int identification() {
        return ++drawn;
    }

    @Override
    public int ephemeralPort(final int size) {
        return Math.floorMod(++drawn, size);
    }
}
