// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.route;

/**
 * The settings routing reads, and how the value for {@code all} and the one of a device make one
 * (include/linux/inetdevice.h, {@code IN_DEV_*}; net/ipv6/addrconf.c).
 */
public enum Sysctl {
    FORWARDING_V4("net.ipv4.conf", "forwarding", Merge.DEVICE, 0),
    RP_FILTER("net.ipv4.conf", "rp_filter", Merge.MAX, 0),
    SRC_VALID_MARK("net.ipv4.conf", "src_valid_mark", Merge.OR, 0),
    ACCEPT_LOCAL("net.ipv4.conf", "accept_local", Merge.OR, 0),
    ROUTE_LOCALNET("net.ipv4.conf", "route_localnet", Merge.OR, 0),
    SEND_REDIRECTS("net.ipv4.conf", "send_redirects", Merge.OR, 1),
    SHARED_MEDIA("net.ipv4.conf", "shared_media", Merge.OR, 1),
    BC_FORWARDING("net.ipv4.conf", "bc_forwarding", Merge.AND, 0),
    FORWARDING_V6("net.ipv6.conf", "forwarding", Merge.DEVICE, 0),
    FORCE_FORWARDING_V6("net.ipv6.conf", "force_forwarding", Merge.DEVICE, 0),
    USE_OIF_ADDRS_ONLY("net.ipv6.conf", "use_oif_addrs_only", Merge.DEVICE, 0),
    MULTIPATH_HASH_POLICY_V4("net.ipv4", "fib_multipath_hash_policy", Merge.GLOBAL, 0),
    MULTIPATH_HASH_POLICY_V6("net.ipv6", "fib_multipath_hash_policy", Merge.GLOBAL, 0),
    ICMP_ERRORS_USE_INBOUND_IFADDR("net.ipv4", "icmp_errors_use_inbound_ifaddr", Merge.GLOBAL, 0);

    /** How {@code conf.all} and {@code conf.<device>} combine. */
    public enum Merge {
        /** There is one value for the host. */
        GLOBAL,
        /** The device's own; writing {@code all} writes every device. */
        DEVICE,
        OR,
        AND,
        MAX
    }

    private final String base;
    private final String key;
    private final Merge merge;
    private final int kernelDefault;

    Sysctl(final String base, final String key, final Merge merge, final int kernelDefault) {
        this.base = base;
        this.key = key;
        this.merge = merge;
        this.kernelDefault = kernelDefault;
    }

    public Merge merge() {
        return merge;
    }

    int kernelDefault() {
        return kernelDefault;
    }

    /** The dotted name, {@code scope} being {@code all}, {@code default} or a device; ignored where there is one. */
    public String name(final String scope) {
        return merge == Merge.GLOBAL ? base + "." + key : base + "." + scope.replace('.', '/') + "." + key;
    }
}
