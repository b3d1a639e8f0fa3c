// SPDX-License-Identifier: Apache-2.0
package io.nfl.iptables;

import java.util.Set;

/** Names of target extensions: capitals that are no user chain unless the table has a chain of that name. */
final class TargetNames {
    private static final Set<String> KNOWN = Set.of(
            "ACCEPT",
            "DROP",
            "RETURN",
            "QUEUE",
            "REJECT",
            "LOG",
            "NFLOG",
            "ULOG",
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
            "TEE",
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
            "RATEEST",
            "SET",
            "SYNPROXY",
            "TCPOPTSTRIP",
            "TPROXY");

    private TargetNames() {}

    static boolean isKnown(final String name) {
        return KNOWN.contains(name);
    }
}
