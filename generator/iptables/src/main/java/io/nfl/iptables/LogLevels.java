// SPDX-License-Identifier: Apache-2.0
package io.nfl.iptables;

import java.util.List;
import java.util.Locale;

/** Levels of syslog by name and number (RFC 5424, 6.2.1). */
final class LogLevels {
    private static final List<String> NAMES =
            List.of("emerg", "alert", "crit", "err", "warning", "notice", "info", "debug");

    private LogLevels() {}

    static int parse(final String text) throws Refusal {
        final String name = text.toLowerCase(Locale.ROOT);
        final int named = NAMES.indexOf(
                switch (name) {
                    case "panic" -> "emerg";
                    case "error" -> "err";
                    case "warn" -> "warning";
                    default -> name;
                });
        return named >= 0 ? named : Values.integer(text, 0, 7);
    }
}
