// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang;

import java.util.Map;
import java.util.Set;

/** Words that are part of one match or action, and where each belongs: what is said where one stands alone. */
final class PartWords {
    private static final String PROTOCOL = "write the protocol before it, as in `tcp %s …`";
    private static final String LIMIT = "it belongs to `limit`";
    private static final String ACTION = "it belongs right behind its action, before the matches";

    static final Map<String, String> HOMES = Map.ofEntries(
            Map.entry("sport", String.format(PROTOCOL, "sport")),
            Map.entry("dport", String.format(PROTOCOL, "dport")),
            Map.entry("flags", String.format(PROTOCOL, "flags")),
            Map.entry("syn", String.format(PROTOCOL, "syn")),
            Map.entry("burst", LIMIT),
            Map.entry("per", LIMIT),
            Map.entry("with", ACTION),
            Map.entry("level", ACTION),
            Map.entry("random", ACTION),
            Map.entry("persistent", ACTION),
            Map.entry("balance", ACTION),
            Map.entry("bypass", ACTION),
            Map.entry("offset", "it belongs to `every`"),
            Map.entry("within", "it belongs to `seen`"),
            Map.entry("hits", "it belongs to `seen`"),
            Map.entry("days", "it belongs to `time`"),
            Map.entry("not", "it stands behind the match's keyword, before its list"));

    /** Words of declarations that are still to come: nobody may take them as names until then. */
    static final Set<String> TO_COME = Set.of("uplinks");

    private PartWords() {}
}
