// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang.lower;

import io.nfl.api.net.AddressRange;
import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.diag.Span;
import io.nfl.ir.Invertible;
import io.nfl.ir.IpHeaderMatch;
import io.nfl.ir.Match;
import io.nfl.ir.RuleOrigin.HeaderPart;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An iptables rule in the making. */
final class Draft {
    private final Map<HeaderPart, Test.Header> header = new EnumMap<>(HeaderPart.class);
    private final List<Match> matches = new ArrayList<>();
    private final List<Span> spans = new ArrayList<>();

    Draft copy() {
        final Draft copy = new Draft();
        copy.header.putAll(header);
        copy.matches.addAll(matches);
        copy.spans.addAll(spans);
        return copy;
    }

    /** Adds all tests or, where one has no room left, none. */
    boolean add(final List<Test> tests) {
        final Draft trial = copy();
        for (final Test test : tests) {
            if (!trial.add(test)) {
                return false;
            }
        }
        header.putAll(trial.header);
        matches.clear();
        matches.addAll(trial.matches);
        spans.clear();
        spans.addAll(trial.spans);
        return true;
    }

    private boolean add(final Test test) {
        if (test instanceof Test.Extension extension) {
            final int last = matches.size() - 1;
            final Optional<Match> merged =
                    last < 0 ? Optional.empty() : TransportMerge.of(matches.get(last), extension.match());
            if (merged.isPresent()) {
                matches.set(last, merged.get());
            } else {
                matches.add(extension.match());
                spans.add(extension.span());
            }
            return true;
        }
        final Test.Header slot = (Test.Header) test;
        final Test.Header taken = header.putIfAbsent(slot.part(), slot);
        if (taken == null || taken.value().equals(slot.value()) && taken.negated() == slot.negated()) {
            return true;
        }
        return asRange(slot).map(this::add).orElse(false);
    }

    /** A second address test of a side fits as an iprange match, if it is a prefix. */
    private static Optional<Test> asRange(final Test.Header slot) {
        if (slot.part() != HeaderPart.SOURCE && slot.part() != HeaderPart.DESTINATION) {
            return Optional.empty();
        }
        if (slot.mask().mask().prefixLength() < 0) {
            return Optional.empty();
        }
        final IpAddress low = slot.mask().value();
        final AddressRange range =
                new AddressRange(low, low.or(slot.mask().mask().not()));
        final Optional<Invertible<AddressRange>> test = Optional.of(new Invertible<>(range, slot.negated()));
        final Match match = slot.part() == HeaderPart.SOURCE
                ? new Match.IpRange(test, Optional.empty())
                : new Match.IpRange(Optional.empty(), test);
        return Optional.of(new Test.Extension(slot.span(), match, Optional.empty()));
    }

    /** The protocol that the rule asks for, if it asks for one and not for another than one. */
    Optional<Test> protocol() {
        final Test.Header protocol = header.get(HeaderPart.PROTOCOL);
        return protocol == null || protocol.negated() ? Optional.empty() : Optional.of(protocol);
    }

    boolean isEmpty() {
        return header.isEmpty() && matches.isEmpty();
    }

    IpHeaderMatch header() {
        IpHeaderMatch match = IpHeaderMatch.ANY;
        for (final Test.Header slot : header.values()) {
            match = switch (slot.part()) {
                case SOURCE -> isEverything(slot) ? match : match.withSource(slot.maskTest());
                case DESTINATION -> isEverything(slot) ? match : match.withDestination(slot.maskTest());
                case IN -> match.withIn(slot.deviceTest());
                case OUT -> match.withOut(slot.deviceTest());
                case PROTOCOL -> match.withProtocol(slot.protocolTest());
                case FRAGMENT -> match.withFragment(slot.negated());
            };
        }
        return match;
    }

    private static boolean isEverything(final Test.Header slot) {
        return slot.mask().isAny() && !slot.negated();
    }

    List<Match> matches() {
        return List.copyOf(matches);
    }

    Map<HeaderPart, Span> headerSpans() {
        final Map<HeaderPart, Span> all = new EnumMap<>(HeaderPart.class);
        header.forEach((part, slot) -> all.put(part, slot.span()));
        return all;
    }

    List<Span> matchSpans() {
        return List.copyOf(spans);
    }

    /** Whether a test of an address belongs to the family. */
    static boolean fits(final Test test, final Family family) {
        return !(test instanceof Test.Header slot)
                || slot.part() != HeaderPart.SOURCE && slot.part() != HeaderPart.DESTINATION
                || slot.mask().value().family() == family;
    }
}
