// SPDX-License-Identifier: Apache-2.0
package io.nfl.iptables;

import io.nfl.api.net.Family;
import io.nfl.ir.Policy;
import io.nfl.ir.Ruleset;
import java.util.Map;
import java.util.TreeMap;

/** The files that take a policy to a kernel. Deterministic; what a policy does not need is not written. */
public final class Scripts {
    public static final String RULES_V4 = "rules.v4";
    public static final String RULES_V6 = "rules.v6";
    public static final String ROUTES_V4 = "routes.v4.ip";
    public static final String ROUTES_V6 = "routes.v6.ip";
    public static final String SYSCTL = "sysctl.conf";
    public static final String LOAD = "load.sh";

    private Scripts() {}

    /** Files by name. @param annotate whether each rule carries its place as {@code -m comment} too */
    public static Map<String, String> of(final Policy policy, final boolean annotate) {
        final Map<String, String> files = new TreeMap<>();
        for (final Family family : Family.values()) {
            policy.ruleset(family)
                    .map(each -> rules(each, annotate))
                    .ifPresent(text -> put(files, family == Family.IPV4 ? RULES_V4 : RULES_V6, text));
            put(files, family == Family.IPV4 ? ROUTES_V4 : ROUTES_V6, HostWriter.routing(policy, family));
        }
        put(files, SYSCTL, HostWriter.sysctls(policy));
        files.put(LOAD, LoadScript.of(policy, files.keySet()));
        return files;
    }

    private static String rules(final Ruleset ruleset, final boolean annotate) {
        return RulesetWriter.withOrigins(ruleset, annotate);
    }

    private static void put(final Map<String, String> files, final String name, final String text) {
        if (!text.isEmpty()) {
            files.put(name, text);
        }
    }
}
