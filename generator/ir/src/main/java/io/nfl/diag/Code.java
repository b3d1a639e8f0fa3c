// SPDX-License-Identifier: Apache-2.0
package io.nfl.diag;

import java.util.Optional;

/**
 * The stable codes of diagnostics, {@code area/what}. Users write them in {@code @allow("…")} and search for them; they
 * never change their meaning. Sorted by area; title and reason of each stand in {@code codes.tsv}.
 */
public enum Code {
    ENGINE_UNSUPPORTED("engine/unsupported", Severity.ERROR),
    ENGINE_WITHOUT_JAR("engine/without-jar", Severity.WARNING),

    FAMILY_CONTRADICTION("family/contradiction", Severity.ERROR),
    FAMILY_LEFT_OUT("family/left-out", Severity.WARNING),
    FAMILY_NAT("family/nat", Severity.ERROR),
    FAMILY_NEGATED_LIST("family/negated-list", Severity.WARNING),

    FLOW_CHAIN_CYCLE("flow/chain-cycle", Severity.ERROR),
    FLOW_CHAIN_DEPTH("flow/chain-depth", Severity.ERROR),
    FLOW_CHAIN_UNREACHED("flow/chain-unreached", Severity.WARNING),
    FLOW_CT_EARLY("flow/ct-early", Severity.WARNING),
    FLOW_CT_NAT("flow/ct-nat", Severity.WARNING),
    FLOW_CT_RAW("flow/ct-raw", Severity.WARNING),
    FLOW_DNAT_FROM_LOOPBACK("flow/dnat-from-loopback", Severity.WARNING),
    FLOW_DNAT_LOOPBACK("flow/dnat-loopback", Severity.WARNING),
    FLOW_DNAT_OWN("flow/dnat-own", Severity.HINT),
    FLOW_DNAT_UNACCEPTED("flow/dnat-unaccepted", Severity.WARNING),
    FLOW_DUPLICATE("flow/duplicate", Severity.WARNING),
    FLOW_FORWARDING_OFF("flow/forwarding-off", Severity.WARNING),
    FLOW_INVALID_MASQUERADED("flow/invalid-masqueraded", Severity.HINT),
    FLOW_MARK_UNROUTED("flow/mark-unrouted", Severity.WARNING),
    FLOW_NAT_UNTRACKED("flow/nat-untracked", Severity.WARNING),
    FLOW_NEVER("flow/never", Severity.WARNING),
    FLOW_NO_ESTABLISHED("flow/no-established", Severity.WARNING),
    FLOW_NO_NDP("flow/no-ndp", Severity.WARNING),
    FLOW_OUT_BEFORE_REROUTE("flow/out-before-reroute", Severity.WARNING),
    FLOW_ROUTING_RULE_SHADOWED("flow/routing-rule-shadowed", Severity.WARNING),
    FLOW_RP_FILTER_MARK("flow/rp-filter-mark", Severity.WARNING),
    FLOW_SHADOWED("flow/shadowed", Severity.WARNING),
    FLOW_SNAT_FOREIGN("flow/snat-foreign", Severity.HINT),
    FLOW_TRANSLATED("flow/translated", Severity.WARNING),
    FLOW_UNREACHABLE("flow/unreachable", Severity.WARNING),

    IPTABLES_SYNTAX("iptables/syntax", Severity.ERROR),
    IPTABLES_UNSUPPORTED("iptables/unsupported", Severity.ERROR),

    NAMES_DEVICE_TWICE("names/device-twice", Severity.ERROR),
    NAMES_DUPLICATE("names/duplicate", Severity.ERROR),
    NAMES_IMPORT("names/import", Severity.ERROR),
    NAMES_TOO_LONG("names/too-long", Severity.ERROR),
    NAMES_UNKNOWN("names/unknown", Severity.ERROR),
    NAMES_UNUSED("names/unused", Severity.WARNING),
    NAMES_WRONG_KIND("names/wrong-kind", Severity.ERROR),

    PLACEMENT_ACTION("placement/action", Severity.ERROR),
    PLACEMENT_MATCH("placement/match", Severity.ERROR),
    PLACEMENT_POLICY("placement/policy", Severity.ERROR),
    PLACEMENT_POLICY_DROP("placement/policy-drop", Severity.WARNING),
    PLACEMENT_POLICY_TWICE("placement/policy-twice", Severity.ERROR),

    SYNTAX_NESTING("syntax/nesting", Severity.ERROR),
    SYNTAX_UNEXPECTED("syntax/unexpected", Severity.ERROR),
    SYNTAX_UNKNOWN_WORD("syntax/unknown-word", Severity.ERROR),
    SYNTAX_VERDICT_NOT_LAST("syntax/verdict-not-last", Severity.ERROR),

    TEST_FAILED("test/failed", Severity.ERROR),
    TEST_NO_REPLY("test/no-reply", Severity.ERROR),

    UNSUPPORTED("unsupported", Severity.ERROR),

    VALUE_ADDRESS("value/address", Severity.ERROR),
    VALUE_AMBIGUOUS("value/ambiguous", Severity.ERROR),
    VALUE_ESCAPE("value/escape", Severity.ERROR),
    VALUE_HOST_BITS("value/host-bits", Severity.WARNING),
    VALUE_LOG_PREFIX("value/log-prefix", Severity.ERROR),
    VALUE_MARK("value/mark", Severity.ERROR),
    VALUE_MARK_OVERLAP("value/mark-overlap", Severity.WARNING),
    VALUE_NUMBER("value/number", Severity.ERROR),
    VALUE_PORT("value/port", Severity.ERROR),
    VALUE_PREFIX("value/prefix", Severity.ERROR),
    VALUE_PROTOCOL_NEEDED("value/protocol-needed", Severity.ERROR),
    VALUE_RANGE("value/range", Severity.ERROR),
    VALUE_RATE("value/rate", Severity.ERROR),
    VALUE_ROUTE("value/route", Severity.ERROR),
    VALUE_WORD("value/word", Severity.ERROR);

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

    /**
     * Whether {@code @allow} in front of a rule can waive it: lints, and where the language is stricter than the
     * kernel.
     */
    public boolean isWaivable() {
        return severity != Severity.ERROR || this == PLACEMENT_ACTION || this == PLACEMENT_MATCH;
    }

    /** The code that users call so. */
    public static Optional<Code> of(final String id) {
        for (final Code code : values()) {
            if (code.id.equals(id)) {
                return Optional.of(code);
            }
        }
        return Optional.empty();
    }
}
