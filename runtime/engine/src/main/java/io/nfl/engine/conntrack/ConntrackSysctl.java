// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.conntrack;

import java.util.Locale;
import java.util.Optional;

/** The settings of conntrack under {@code net.netfilter}, with the kernel's defaults. Timeouts are in seconds. */
public enum ConntrackSysctl {
    /** Entries, 0 without limit. The kernel takes it from the memory; this is what 4 GB and more give. */
    MAX(262_144),
    BUCKETS(262_144),
    CHECKSUM(1),
    TCP_LOOSE(1),
    TCP_BE_LIBERAL(0),
    TCP_MAX_RETRANS(3),
    TCP_IGNORE_INVALID_RST(0),
    TCP_TIMEOUT_SYN_SENT(120),
    TCP_TIMEOUT_SYN_RECV(60),
    TCP_TIMEOUT_ESTABLISHED(432_000),
    TCP_TIMEOUT_FIN_WAIT(120),
    TCP_TIMEOUT_CLOSE_WAIT(60),
    TCP_TIMEOUT_LAST_ACK(30),
    TCP_TIMEOUT_TIME_WAIT(120),
    TCP_TIMEOUT_CLOSE(10),
    TCP_TIMEOUT_MAX_RETRANS(300),
    TCP_TIMEOUT_UNACKNOWLEDGED(300),
    UDP_TIMEOUT(30),
    UDP_TIMEOUT_STREAM(120),
    ICMP_TIMEOUT(30),
    ICMPV6_TIMEOUT(30),
    GENERIC_TIMEOUT(600),
    GRE_TIMEOUT(30),
    GRE_TIMEOUT_STREAM(180),
    SCTP_TIMEOUT_CLOSED(10),
    SCTP_TIMEOUT_COOKIE_WAIT(3),
    SCTP_TIMEOUT_COOKIE_ECHOED(3),
    SCTP_TIMEOUT_ESTABLISHED(210),
    SCTP_TIMEOUT_SHUTDOWN_SENT(3),
    SCTP_TIMEOUT_SHUTDOWN_RECD(3),
    SCTP_TIMEOUT_SHUTDOWN_ACK_SENT(3),
    SCTP_TIMEOUT_HEARTBEAT_SENT(30);

    private static final String PREFIX = "net.netfilter.nf_conntrack_";

    private final int initial;

    ConntrackSysctl(final int initial) {
        this.initial = initial;
    }

    public int initial() {
        return initial;
    }

    /** As sysctl(8) prints it: {@code net.netfilter.nf_conntrack_tcp_loose}. */
    public String label() {
        return PREFIX + name().toLowerCase(Locale.ROOT);
    }

    /** By the dotted name; also {@code net.nf_conntrack_max}. */
    public static Optional<ConntrackSysctl> of(final String label) {
        if ("net.nf_conntrack_max".equals(label)) {
            return Optional.of(MAX);
        }
        for (final ConntrackSysctl sysctl : values()) {
            if (sysctl.label().equals(label)) {
                return Optional.of(sysctl);
            }
        }
        return Optional.empty();
    }
}
