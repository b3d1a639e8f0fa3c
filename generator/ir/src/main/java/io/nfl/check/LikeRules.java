// SPDX-License-Identifier: Apache-2.0
package io.nfl.check;

import io.nfl.api.net.AddressMask;
import io.nfl.api.net.IpAddress;
import io.nfl.api.net.PortRange;
import io.nfl.ir.ConntrackMatch;
import io.nfl.ir.DevicePattern;
import io.nfl.ir.Invertible;
import io.nfl.ir.IpHeaderMatch;
import io.nfl.ir.Match;
import io.nfl.ir.Rule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Rules found by what they compare: a chain of 50,000 rules is looked through by hashing, not by pairs. A part that a
 * covering rule can only have if the covered one has the very same is part of the key; an address is, under its mask.
 */
final class LikeRules {
    /** Rules with equal keys that are compared one by one; they differ in ranges and negated tests alone. */
    private static final int MOST_COMPARED = 64;

    /** Which parts a rule is found by. */
    private record Shape(
            Optional<IpAddress> sourceMask,
            Optional<IpAddress> destinationMask,
            boolean in,
            boolean out,
            boolean port,
            boolean exact) {}

    private record Key(
            Shape shape,
            Optional<IpAddress> source,
            Optional<IpAddress> destination,
            Optional<String> in,
            Optional<String> out,
            Optional<Integer> port,
            Optional<Match> exact) {}

    private record Tests(IpHeaderMatch header, List<Match> matches) {}

    private final Set<Shape> shapes = new LinkedHashSet<>();
    private final Map<Key, List<Rule>> rules = new HashMap<>();
    private final Set<Tests> tests = new HashSet<>();

    void add(final Rule rule) {
        final boolean countsPackets = rule.matches().stream().anyMatch(Match.Stateful.class::isInstance);
        if (countsPackets || !tests.add(new Tests(rule.header(), rule.matches()))) {
            return;
        }
        final Optional<AddressMask> source = plain(rule.header().source());
        final Optional<AddressMask> destination = plain(rule.header().destination());
        final Optional<String> in = device(rule.header().in());
        final Optional<String> out = device(rule.header().out());
        final Optional<Integer> port = port(rule);
        final Optional<Match> exact =
                rule.matches().stream().filter(LikeRules::isExact).findFirst();
        final Shape shape = new Shape(
                source.map(AddressMask::mask),
                destination.map(AddressMask::mask),
                in.isPresent(),
                out.isPresent(),
                port.isPresent(),
                exact.isPresent());
        shapes.add(shape);
        final Key key = new Key(
                shape, source.map(AddressMask::value), destination.map(AddressMask::value), in, out, port, exact);
        rules.computeIfAbsent(key, k -> new ArrayList<>()).add(rule);
    }

    /** A rule of another place in the text that takes all that this one could. */
    Optional<Rule> covering(final Rule rule) {
        final Optional<AddressMask> source = plain(rule.header().source());
        final Optional<AddressMask> destination = plain(rule.header().destination());
        for (final Shape shape : shapes) {
            final Key key = new Key(
                    shape,
                    under(source, shape.sourceMask()),
                    under(destination, shape.destinationMask()),
                    device(rule.header().in()).filter(d -> shape.in()),
                    device(rule.header().out()).filter(d -> shape.out()),
                    port(rule).filter(p -> shape.port()),
                    Optional.empty());
            if (!fits(key)) {
                continue;
            }
            final Optional<Rule> found = shape.exact()
                    ? rule.matches().stream()
                            .filter(LikeRules::isExact)
                            .flatMap(m -> among(withExact(key, m), rule).stream())
                            .findFirst()
                    : among(key, rule);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static boolean fits(final Key key) {
        final Shape shape = key.shape();
        return key.source().isPresent() == shape.sourceMask().isPresent()
                && key.destination().isPresent() == shape.destinationMask().isPresent()
                && key.in().isPresent() == shape.in()
                && key.out().isPresent() == shape.out()
                && key.port().isPresent() == shape.port();
    }

    private static Key withExact(final Key key, final Match exact) {
        return new Key(
                key.shape(), key.source(), key.destination(), key.in(), key.out(), key.port(), Optional.of(exact));
    }

    private Optional<Rule> among(final Key key, final Rule rule) {
        return rules.getOrDefault(key, List.of()).stream()
                .limit(MOST_COMPARED)
                .filter(earlier -> !earlier.origin().rule().equals(rule.origin().rule()))
                .filter(earlier -> Implication.holds(rule, earlier))
                .findFirst();
    }

    private static Optional<IpAddress> under(final Optional<AddressMask> test, final Optional<IpAddress> mask) {
        return test.flatMap(t -> mask.map(m -> t.value().and(m)));
    }

    private static Optional<AddressMask> plain(final Optional<Invertible<AddressMask>> test) {
        return test.filter(t -> !t.inverted()).map(Invertible::value);
    }

    private static Optional<String> device(final Optional<Invertible<DevicePattern>> test) {
        return test.filter(t -> !t.inverted() && !t.value().wildcard())
                .map(t -> t.value().name());
    }

    private static Optional<Integer> port(final Rule rule) {
        return rule.matches().stream()
                .filter(m -> !(m instanceof Match.Multiport))
                .flatMap(m -> Implication.destinationPorts(m).stream())
                .filter(PortRange::isSingle)
                .map(PortRange::low)
                .findFirst();
    }

    /** Whether the match is implied by none but its equal: see {@link Implication}. */
    private static boolean isExact(final Match match) {
        return !(match instanceof Match.Stateful
                || match instanceof ConntrackMatch
                || match instanceof Match.Tcp
                || match instanceof Match.Ports
                || match instanceof Match.Multiport);
    }
}
