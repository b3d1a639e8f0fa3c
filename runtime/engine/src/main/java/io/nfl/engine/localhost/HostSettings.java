// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.localhost;

import java.util.Map;
import java.util.Set;

/**
 * What the host's own stack is told by sysctls.
 *
 * @param defaultTtl {@code net.ipv4.ip_default_ttl}, of IPv4 alone
 * @param reflectMark {@code net.ipv4.fwmark_reflect}: answers carry the mark of their cause
 * @param reflectMarkV6 {@code net.ipv6.fwmark_reflect}
 * @param ignoreEcho {@code net.ipv4.icmp_echo_ignore_all}
 * @param ignoreEchoV6 {@code net.ipv6.icmp.echo_ignore_all}
 * @param ignoreBroadcasts {@code net.ipv4.icmp_echo_ignore_broadcasts}
 */
public record HostSettings(
        int defaultTtl,
        boolean reflectMark,
        boolean reflectMarkV6,
        boolean ignoreEcho,
        boolean ignoreEchoV6,
        boolean ignoreBroadcasts) {
    /** The sysctls that are read. */
    public static final Set<String> NAMES = Set.of(
            "net.ipv4.ip_default_ttl",
            "net.ipv4.fwmark_reflect",
            "net.ipv6.fwmark_reflect",
            "net.ipv4.icmp_echo_ignore_all",
            "net.ipv6.icmp.echo_ignore_all",
            "net.ipv4.icmp_echo_ignore_broadcasts");

    private static final int DEFAULT_TTL = 64;

    /** {@code net.ipv6.conf.*.hop_limit}, which cannot be changed here. */
    static final int HOP_LIMIT = 64;

    public static HostSettings of(final Map<String, String> sysctls) {
        return new HostSettings(
                number(sysctls, "net.ipv4.ip_default_ttl", DEFAULT_TTL),
                number(sysctls, "net.ipv4.fwmark_reflect", 0) != 0,
                number(sysctls, "net.ipv6.fwmark_reflect", 0) != 0,
                number(sysctls, "net.ipv4.icmp_echo_ignore_all", 0) != 0,
                number(sysctls, "net.ipv6.icmp.echo_ignore_all", 0) != 0,
                number(sysctls, "net.ipv4.icmp_echo_ignore_broadcasts", 1) != 0);
    }

    private static int number(final Map<String, String> sysctls, final String name, final int usual) {
        final String value = sysctls.get(name);
        return value == null ? usual : Integer.parseInt(value.strip());
    }
}
