// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.localhost;

import java.util.BitSet;
import java.util.Map;
import java.util.Optional;
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
 * @param ratelimit {@code net.ipv4.icmp_ratelimit}, milliseconds between two answers to one host; 0: no limit, which
 *     is so where nothing is said
 * @param ratemask {@code net.ipv4.icmp_ratemask}: a bit for each type that is limited
 * @param ratelimitV6 {@code net.ipv6.icmp.ratelimit}, likewise
 * @param ratemaskV6 {@code net.ipv6.icmp.ratemask}: the types that are limited
 */
public record HostSettings(
        int defaultTtl,
        boolean reflectMark,
        boolean reflectMarkV6,
        boolean ignoreEcho,
        boolean ignoreEchoV6,
        boolean ignoreBroadcasts,
        int ratelimit,
        int ratemask,
        int ratelimitV6,
        BitSet ratemaskV6) {
    /** The sysctls that are read. */
    public static final Set<String> NAMES = Set.of(
            "net.ipv4.ip_default_ttl",
            "net.ipv4.fwmark_reflect",
            "net.ipv6.fwmark_reflect",
            "net.ipv4.icmp_echo_ignore_all",
            "net.ipv6.icmp.echo_ignore_all",
            "net.ipv4.icmp_echo_ignore_broadcasts",
            "net.ipv4.icmp_ratelimit",
            "net.ipv4.icmp_ratemask",
            "net.ipv6.icmp.ratelimit");

    /** A list of types, not a number. */
    public static final String RATEMASK_V6 = "net.ipv6.icmp.ratemask";

    /** Unreachable, source quench, time exceeded, parameter problem. */
    private static final int USUAL_RATEMASK = 0x1818;

    /** Errors, but for those of path MTU discovery. */
    private static final String USUAL_RATEMASK_V6 = "0-1,3-127";

    private static final int TYPES = 256;

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
                number(sysctls, "net.ipv4.icmp_echo_ignore_broadcasts", 1) != 0,
                number(sysctls, "net.ipv4.icmp_ratelimit", 0),
                number(sysctls, "net.ipv4.icmp_ratemask", USUAL_RATEMASK),
                number(sysctls, "net.ipv6.icmp.ratelimit", 0),
                types(sysctls.getOrDefault(RATEMASK_V6, USUAL_RATEMASK_V6))
                        .orElseThrow(() -> new IllegalArgumentException("no list of types: " + RATEMASK_V6)));
    }

    /** {@code 0-1,3-127} ({@code proc_do_large_bitmap}); absent where it is none. */
    public static Optional<BitSet> types(final String list) {
        final BitSet types = new BitSet(TYPES);
        for (final String part : list.strip().split(",")) {
            if (!part.matches("\\d{1,3}(-\\d{1,3})?")) {
                return Optional.empty();
            }
            final String[] ends = part.split("-", -1);
            final int low = Integer.parseInt(ends[0]);
            final int high = Integer.parseInt(ends[ends.length - 1]);
            if (low > high || high >= TYPES) {
                return Optional.empty();
            }
            types.set(low, high + 1);
        }
        return Optional.of(types);
    }

    private static int number(final Map<String, String> sysctls, final String name, final int usual) {
        final String value = sysctls.get(name);
        return value == null ? usual : Integer.parseInt(value.strip());
    }
}
