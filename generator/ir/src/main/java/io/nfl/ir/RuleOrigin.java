// SPDX-License-Identifier: Apache-2.0
package io.nfl.ir;

import io.nfl.diag.Span;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where a rule and its parts were written. A part that the compiler added has no span of its own and is answered with
 * the rule's.
 *
 * @param block the kind of block that the rule stands in; absent for user chains and for rules read from iptables
 * @param matches in the order of {@link Rule#matches}
 * @param allowed codes that {@code @allow} waives
 */
public record RuleOrigin(
        Span rule,
        Span target,
        Map<HeaderPart, Span> header,
        List<Span> matches,
        Optional<BlockKind> block,
        Set<String> allowed) {
    /** The parts of {@link IpHeaderMatch}. */
    public enum HeaderPart {
        SOURCE,
        DESTINATION,
        IN,
        OUT,
        PROTOCOL,
        FRAGMENT
    }

    public RuleOrigin {
        header = Map.copyOf(header);
        matches = List.copyOf(matches);
        allowed = Set.copyOf(allowed);
    }

    /** All parts share one place, as in a line of an iptables-save. */
    public static RuleOrigin of(final Span rule) {
        return new RuleOrigin(rule, rule, new EnumMap<>(HeaderPart.class), List.of(), Optional.empty(), Set.of());
    }

    public Span header(final HeaderPart part) {
        return header.getOrDefault(part, rule);
    }

    public Span match(final int index) {
        return index < matches.size() ? matches.get(index) : rule;
    }
}
