// SPDX-License-Identifier: Apache-2.0
package io.nfl.check;

import io.nfl.api.net.AddressMask;
import io.nfl.api.net.IpAddress;
import io.nfl.api.net.PortRange;
import io.nfl.ir.ConntrackMatch;
import io.nfl.ir.Invertible;
import io.nfl.ir.IpHeaderMatch;
import io.nfl.ir.Match;
import io.nfl.ir.Rule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The rules of a chain so far that end it, found by what they compare: a chain of 50,000 rules is looked through by
 * hashing, not by pairs.
 */
final class EarlierRules {
    /** Which parts a rule is found by. */
    private record Shape(Optional<IpAddress> sourceMask, Optional<IpAddress> destinationMask, boolean port) {}

    private record Key(
            Shape shape, Optional<IpAddress> source, Optional<IpAddress> destination, Optional<Integer> port) {}

    private record Tests(IpHeaderMatch header, List<Match> matches) {}

    private final Set<Shape> shapes = new LinkedHashSet<>();
    private final Map<Key, List<Rule>> rules = new HashMap<>();
    private final Set<Tests> tests = new LinkedHashSet<>();

    void add(final Rule rule) {
        if (!tests.add(new Tests(rule.header(), rule.matches()))) {
            return;
        }
        final Optional<AddressMask> source = plain(rule.header().source());
        final Optional<AddressMask> destination = plain(rule.header().destination());
        final Optional<Integer> port = port(rule);
        final Shape shape =
                new Shape(source.map(AddressMask::mask), destination.map(AddressMask::mask), port.isPresent());
        shapes.add(shape);
        final Key key = new Key(shape, source.map(AddressMask::value), destination.map(AddressMask::value), port);
        rules.computeIfAbsent(key, k -> new ArrayList<>()).add(rule);
    }

    /** What may have changed since is no longer known to be as an earlier rule saw it. */
    void forgetMutable() {
        tests.removeIf(t -> readsMutable(t.matches()));
        rules.values().forEach(list -> list.removeIf(r -> readsMutable(r.matches())));
    }

    private static boolean readsMutable(final List<Match> matches) {
        return matches.stream()
                .anyMatch(m -> m instanceof Match.Mark
                        || m instanceof Match.Connmark
                        || m instanceof Match.Dscp
                        || m instanceof Match.Tos
                        || m instanceof Match.HopLimit
                        || m instanceof Match.TcpMss
                        || m instanceof ConntrackMatch);
    }

    /** An earlier rule of another place in the text that takes all that this one could. */
    Optional<Rule> covering(final Rule rule) {
        final Optional<AddressMask> source = plain(rule.header().source());
        final Optional<AddressMask> destination = plain(rule.header().destination());
        final Optional<Integer> port = port(rule);
        for (final Shape shape : shapes) {
            final Optional<IpAddress> from = under(source, shape.sourceMask());
            final Optional<IpAddress> to = under(destination, shape.destinationMask());
            final boolean possible = from.isPresent() == shape.sourceMask().isPresent()
                    && to.isPresent() == shape.destinationMask().isPresent()
                    && (port.isPresent() || !shape.port());
            if (possible) {
                final Key key = new Key(shape, from, to, shape.port() ? port : Optional.empty());
                for (final Rule earlier : rules.getOrDefault(key, List.of())) {
                    if (!earlier.origin().rule().equals(rule.origin().rule()) && Implication.holds(rule, earlier)) {
                        return Optional.of(earlier);
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<IpAddress> under(final Optional<AddressMask> test, final Optional<IpAddress> mask) {
        return test.flatMap(t -> mask.map(m -> t.value().and(m)));
    }

    private static Optional<AddressMask> plain(final Optional<Invertible<AddressMask>> test) {
        return test.filter(t -> !t.inverted()).map(Invertible::value);
    }

    private static Optional<Integer> port(final Rule rule) {
        return rule.matches().stream()
                .filter(m -> !(m instanceof Match.Multiport))
                .flatMap(m -> Implication.destinationPorts(m).stream())
                .filter(PortRange::isSingle)
                .map(PortRange::low)
                .findFirst();
    }
}
