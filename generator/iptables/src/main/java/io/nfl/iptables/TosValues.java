// SPDX-License-Identifier: Apache-2.0
package io.nfl.iptables;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** TOS and DSCP values by the names that iptables takes (tos_values.c, dscp_helper.c). */
final class TosValues {
    /** A value and a mask of 8 bits. */
    record Masked(int value, int mask) {}

    private static final int TOS_NAME_MASK = 0x3F;

    private static final Map<String, Integer> NAMES = Map.of(
            "minimize-delay", 0x10,
            "maximize-throughput", 0x08,
            "maximize-reliability", 0x04,
            "minimize-cost", 0x02,
            "normal-service", 0x00);

    private TosValues() {}

    /** As {@code -m tos --tos} reads it: a bare number is compared whole. */
    static Masked match(final String text) throws Refusal {
        return masked(text, 0xFF);
    }

    /** As {@code -j TOS --set-tos} reads it: a bare number replaces all bits. */
    static Masked target(final String text) throws Refusal {
        return masked(text, 0xFF);
    }

    private static Masked masked(final String text, final int defaultMask) throws Refusal {
        final Optional<Integer> named = Optional.ofNullable(NAMES.get(text.toLowerCase(Locale.ROOT)));
        if (named.isPresent()) {
            return new Masked(named.get(), TOS_NAME_MASK);
        }
        final int slash = text.indexOf('/');
        return slash < 0
                ? new Masked(Values.integer(text, 0, 255), defaultMask)
                : new Masked(
                        Values.integer(text.substring(0, slash), 0, 255),
                        Values.integer(text.substring(slash + 1), 0, 255));
    }

    /** RFC 2474, 2597, 3246, 8622 class names. */
    static int dscp(final String name) throws Refusal {
        final String upper = name.toUpperCase(Locale.ROOT);
        if (upper.matches("CS[0-7]")) {
            return (upper.charAt(2) - '0') << 3;
        }
        if (upper.matches("AF[1-4][1-3]")) {
            return (upper.charAt(2) - '0') << 3 | (upper.charAt(3) - '0') << 1;
        }
        return switch (upper) {
            case "BE" -> 0;
            case "EF" -> 46;
            default -> throw Refusal.syntax("`" + name + "` is no DSCP class");
        };
    }
}
