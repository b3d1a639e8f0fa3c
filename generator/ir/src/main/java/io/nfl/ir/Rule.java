// SPDX-License-Identifier: Apache-2.0
package io.nfl.ir;

import java.util.List;
import java.util.Optional;

/**
 * One iptables rule.
 *
 * @param label the name after {@code as}
 * @param comment what {@code -m comment} says; compared with nothing
 * @param matches tested left to right after the header, until one fails
 */
public record Rule(
        RuleOrigin origin,
        Optional<String> label,
        Optional<String> comment,
        IpHeaderMatch header,
        List<Match> matches,
        Target target) {
    public Rule {
        matches = List.copyOf(matches);
    }

    public static Rule of(
            final RuleOrigin origin, final IpHeaderMatch header, final List<Match> matches, final Target target) {
        return new Rule(origin, Optional.empty(), Optional.empty(), header, matches, target);
    }
}
