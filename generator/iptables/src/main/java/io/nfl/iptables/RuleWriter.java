// SPDX-License-Identifier: Apache-2.0
package io.nfl.iptables;

import io.nfl.api.net.AddressMask;
import io.nfl.api.net.Family;
import io.nfl.api.net.IpProtocol;
import io.nfl.ir.Invertible;
import io.nfl.ir.IpHeaderMatch;
import io.nfl.ir.Match;
import io.nfl.ir.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One rule as iptables-save spells it, behind {@code -A chain}. */
final class RuleWriter {
    private RuleWriter() {}

    static String write(final Family family, final Rule rule, final Optional<String> annotation) {
        final List<String> words = new ArrayList<>();
        header(family, rule.header(), words);
        for (final Match match : rule.matches()) {
            words.add(match.accept(new MatchWriter(family)));
        }
        annotation.or(rule::comment).ifPresent(text -> words.add("-m comment --comment " + Quoting.quote(text)));
        final String target = rule.target().accept(new TargetWriter(family));
        if (!target.isEmpty()) {
            words.add(target);
        }
        return String.join(" ", words);
    }

    static String header(final Family family, final IpHeaderMatch header) {
        final List<String> words = new ArrayList<>();
        header(family, header, words);
        return String.join(" ", words);
    }

    private static void header(final Family family, final IpHeaderMatch header, final List<String> words) {
        header.source().ifPresent(s -> words.add(address("-s", family, s)));
        header.destination().ifPresent(d -> words.add(address("-d", family, d)));
        header.in().ifPresent(i -> words.add(not(i) + "-i " + i.value()));
        header.out().ifPresent(o -> words.add(not(o) + "-o " + o.value()));
        header.protocol().ifPresent(p -> words.add(not(p) + "-p " + protocol(p.value())));
        header.fragment().ifPresent(f -> words.add(not(f) + "-f"));
    }

    private static String address(final String option, final Family family, final Invertible<AddressMask> test) {
        if (test.value().value().family() != family) {
            throw new IllegalArgumentException(test.value() + " in a rule of " + family);
        }
        return not(test) + option + " " + test.value();
    }

    /** {@code "! "} or nothing, in front of an option. */
    static String not(final Invertible<?> test) {
        return not(test.inverted());
    }

    static String not(final boolean inverted) {
        return inverted ? "! " : "";
    }

    /** The name that iptables-save prints, or the number. */
    static String protocol(final int number) {
        return number == 0
                ? "all"
                : IpProtocol.of(number).map(IpProtocol::label).orElse(Integer.toString(number));
    }

    /** {@code 0x10/0xf0}; a full mask is left out, as iptables-save does. */
    static String mark(final int value, final int mask) {
        return mask == -1 ? hex(value) : hex(value) + "/" + hex(mask);
    }

    static String hex(final int value) {
        return "0x" + Integer.toHexString(value);
    }
}
