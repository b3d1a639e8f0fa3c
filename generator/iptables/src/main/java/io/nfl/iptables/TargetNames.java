// SPDX-License-Identifier: Apache-2.0
package io.nfl.iptables;

import java.util.Set;

/** Names of target extensions: capitals that are no user chain unless the table has a chain of that name. */
final class TargetNames {
    private static final Set<String> FOLLOWED = Set.of(
            "ACCEPT",
            "DROP",
            "RETURN",
            "REJECT",
            "LOG",
            "NFLOG",
            "MASQUERADE",
            "SNAT",
            "DNAT",
            "REDIRECT",
            "NETMAP",
            "MARK",
            "CONNMARK",
            "TTL",
            "HL",
            "DSCP",
            "TOS",
            "TCPMSS",
            "NOTRACK",
            "CT",
            "TRACE",
            "CLASSIFY",
            "TEE");

    /** Targets of iptables that nothing here follows. */
    private static final Set<String> NOT_FOLLOWED = Set.of(
            "AUDIT",
            "CHECKSUM",
            "CLUSTERIP",
            "CONNSECMARK",
            "SECMARK",
            "DNPT",
            "SNPT",
            "ECN",
            "HMARK",
            "IDLETIMER",
            "LED",
            "MIRROR",
            "NFQUEUE",
            "QUEUE",
            "RATEEST",
            "SET",
            "SYNPROXY",
            "TCPOPTSTRIP",
            "TPROXY",
            "ULOG");

    private TargetNames() {}

    /** Whether it is a target's name, and so no chain's. */
    static boolean isKnown(final String name) {
        return FOLLOWED.contains(name) || NOT_FOLLOWED.contains(name);
    }

    static boolean isFollowed(final String name) {
        return FOLLOWED.contains(name);
    }
}
