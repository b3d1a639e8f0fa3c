// SPDX-License-Identifier: Apache-2.0
package io.nfl.api.classify;

import io.nfl.api.net.Family;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What REJECT answers (include/uapi/linux/netfilter_ipv4/ipt_REJECT.h, ipv6/ip6t_REJECT.h). One name of ours for both
 * families where both have it; codes are ICMP type 3 and ICMPv6 type 1.
 */
public enum RejectWith {
    NET_UNREACHABLE("net-unreachable", "icmp-net-unreachable", 0, "icmp6-no-route", 0),
    HOST_UNREACHABLE("host-unreachable", "icmp-host-unreachable", 1, "icmp6-addr-unreachable", 3),
    PROTO_UNREACHABLE("proto-unreachable", "icmp-proto-unreachable", 2, null, -1),
    PORT_UNREACHABLE("port-unreachable", "icmp-port-unreachable", 3, "icmp6-port-unreachable", 4),
    NET_PROHIBITED("net-prohibited", "icmp-net-prohibited", 9, null, -1),
    HOST_PROHIBITED("host-prohibited", "icmp-host-prohibited", 10, null, -1),
    ADMIN_PROHIBITED("admin-prohibited", "icmp-admin-prohibited", 13, "icmp6-adm-prohibited", 1),
    POLICY_FAIL("policy-fail", null, -1, "icmp6-policy-fail", 5),
    REJECT_ROUTE("reject-route", null, -1, "icmp6-reject-route", 6),
    TCP_RESET("tcp-reset", "tcp-reset", -1, "tcp-reset", -1);

    private final String label;
    private final Optional<String> ipv4Label;
    private final int ipv4Code;
    private final Optional<String> ipv6Label;
    private final int ipv6Code;

    RejectWith(
            final String label,
            final @org.jspecify.annotations.Nullable String ipv4Label,
            final int ipv4Code,
            final @org.jspecify.annotations.Nullable String ipv6Label,
            final int ipv6Code) {
        this.label = label;
        this.ipv4Label = Optional.ofNullable(ipv4Label);
        this.ipv4Code = ipv4Code;
        this.ipv6Label = Optional.ofNullable(ipv6Label);
        this.ipv6Code = ipv6Code;
    }

    /** The name in policies. */
    public String label() {
        return label;
    }

    /** The name after {@code --reject-with}; absent where the family has no such answer. */
    public Optional<String> iptablesLabel(final Family family) {
        return switch (family) {
            case IPV4 -> ipv4Label;
            case IPV6 -> ipv6Label;
        };
    }

    /** The ICMP or ICMPv6 code; absent for a reset and where the family has no such answer. */
    public OptionalInt code(final Family family) {
        final int code = switch (family) {
            case IPV4 -> ipv4Code;
            case IPV6 -> ipv6Code;
        };
        return code < 0 ? OptionalInt.empty() : OptionalInt.of(code);
    }
}
