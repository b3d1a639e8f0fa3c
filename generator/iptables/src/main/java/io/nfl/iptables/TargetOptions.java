// SPDX-License-Identifier: Apache-2.0
package io.nfl.iptables;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which options each target takes, with a value or without. */
final class TargetOptions {
    private static final Map<String, Set<String>> VALUES = Map.ofEntries(
            Map.entry("REJECT", Set.of("--reject-with")),
            Map.entry("LOG", Set.of("--log-prefix", "--log-level")),
            Map.entry("NFLOG", Set.of("--nflog-group", "--nflog-prefix", "--nflog-size")),
            Map.entry("MASQUERADE", Set.of("--to-ports")),
            Map.entry("REDIRECT", Set.of("--to-ports")),
            Map.entry("SNAT", Set.of("--to-source")),
            Map.entry("DNAT", Set.of("--to-destination")),
            Map.entry("NETMAP", Set.of("--to")),
            Map.entry("MARK", Set.of("--set-mark", "--set-xmark", "--and-mark", "--or-mark", "--xor-mark")),
            Map.entry(
                    "CONNMARK",
                    Set.of(
                            "--set-mark",
                            "--set-xmark",
                            "--and-mark",
                            "--or-mark",
                            "--xor-mark",
                            "--mask",
                            "--nfmask",
                            "--ctmask")),
            Map.entry("TTL", Set.of("--ttl-set", "--ttl-inc", "--ttl-dec")),
            Map.entry("HL", Set.of("--hl-set", "--hl-inc", "--hl-dec")),
            Map.entry("DSCP", Set.of("--set-dscp", "--set-dscp-class")),
            Map.entry("TOS", Set.of("--set-tos", "--and-tos", "--or-tos", "--xor-tos")),
            Map.entry("TCPMSS", Set.of("--set-mss")),
            Map.entry(
                    "CT",
                    Set.of(
                            "--zone",
                            "--zone-orig",
                            "--zone-reply",
                            "--helper",
                            "--timeout",
                            "--ctevents",
                            "--expevents")),
            Map.entry("CLASSIFY", Set.of("--set-class")),
            Map.entry("TEE", Set.of("--gateway", "--oif")));

    private static final Map<String, Set<String>> FLAGS = Map.of(
            "LOG",
            Set.of("--log-tcp-sequence", "--log-tcp-options", "--log-ip-options", "--log-uid", "--log-macdecode"),
            "MASQUERADE",
            Set.of("--random", "--random-fully"),
            "REDIRECT",
            Set.of("--random"),
            "SNAT",
            Set.of("--random", "--random-fully", "--persistent"),
            "DNAT",
            Set.of("--random", "--persistent"),
            "CONNMARK",
            Set.of("--save-mark", "--restore-mark"),
            "TCPMSS",
            Set.of("--clamp-mss-to-pmtu"),
            "CT",
            Set.of("--notrack"));

    private TargetOptions() {}

    /** Whether the option takes a value; absent where the target has no such option. */
    static Optional<Boolean> hasValue(final String target, final String option) {
        if (VALUES.getOrDefault(target, Set.of()).contains(option)) {
            return Optional.of(true);
        }
        return FLAGS.getOrDefault(target, Set.of()).contains(option) ? Optional.of(false) : Optional.empty();
    }
}
