// SPDX-License-Identifier: Apache-2.0
package io.nfl.iptables;

import io.nfl.api.net.Family;
import io.nfl.ir.IpHeaderMatch;
import io.nfl.ir.Match;
import io.nfl.ir.Rule;
import io.nfl.ir.RuleOrigin.HeaderPart;
import java.util.Optional;

/** Single tests of a rule as iptables-save spells them. */
public final class RuleParts {
    private RuleParts() {}

    /** One part of the header, {@code -i eth0}; empty where the rule does not test it. */
    public static String header(final Family family, final Rule rule, final HeaderPart part) {
        final IpHeaderMatch all = rule.header();
        final IpHeaderMatch one = new IpHeaderMatch(
                part == HeaderPart.SOURCE ? all.source() : Optional.empty(),
                part == HeaderPart.DESTINATION ? all.destination() : Optional.empty(),
                part == HeaderPart.IN ? all.in() : Optional.empty(),
                part == HeaderPart.OUT ? all.out() : Optional.empty(),
                part == HeaderPart.PROTOCOL ? all.protocol() : Optional.empty(),
                part == HeaderPart.FRAGMENT ? all.fragment() : Optional.empty());
        return RuleWriter.header(family, one);
    }

    /** {@code -m tcp --dport 22}. */
    public static String match(final Family family, final Match match) {
        return match.accept(new MatchWriter(family));
    }
}
