// SPDX-License-Identifier: Apache-2.0
package io.nfl.diag;

/**
 * The stable codes of diagnostics, {@code area/what}. Users write them in {@code @allow("…")} and search for them; they
 * never change their meaning. Sorted by area.
 */
public enum Code {
    FAMILY_CONTRADICTION("family/contradiction", Severity.ERROR),
    FAMILY_NEGATED_LIST("family/negated-list", Severity.WARNING),
    FAMILY_NAT("family/nat", Severity.ERROR),

    FLOW_CHAIN_CYCLE("flow/chain-cycle", Severity.ERROR),
    FLOW_CHAIN_UNREACHED("flow/chain-unreached", Severity.WARNING),

    IPTABLES_SYNTAX("iptables/syntax", Severity.ERROR),
    IPTABLES_UNSUPPORTED("iptables/unsupported", Severity.ERROR),

    PLACEMENT_ACTION("placement/action", Severity.ERROR),
    PLACEMENT_MATCH("placement/match", Severity.ERROR),
    PLACEMENT_POLICY("placement/policy", Severity.ERROR);

    private final String id;
    private final Severity severity;

    Code(final String id, final Severity severity) {
        this.id = id;
        this.severity = severity;
    }

    /** The code as users see it. */
    public String id() {
        return id;
    }

    public Severity severity() {
        return severity;
    }
}
