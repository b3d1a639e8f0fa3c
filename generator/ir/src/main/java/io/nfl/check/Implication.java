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
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;

/** Whether every packet that one rule takes is taken by another. Says yes only where it is certain. */
final class Implication {
    private Implication() {}

    /** Whether all that {@code narrow} matches is matched by {@code wide}; a match with state is never implied. */
    static boolean holds(final Rule narrow, final Rule wide) {
        return header(narrow.header(), wide.header())
                && wide.matches().stream().allMatch(m -> implied(m, narrow.matches()));
    }

    /** Whether no packet matches both, as far as their headers tell. */
    static boolean apart(final IpHeaderMatch a, final IpHeaderMatch b) {
        return apart(a.source(), b.source(), Implication::disjoint)
                || apart(a.destination(), b.destination(), Implication::disjoint)
                || apart(a.in(), b.in(), Implication::disjoint)
                || apart(a.out(), b.out(), Implication::disjoint)
                || apart(a.protocol(), b.protocol(), (x, y) -> !x.equals(y));
    }

    private static <T> boolean apart(
            final Optional<Invertible<T>> a, final Optional<Invertible<T>> b, final BiPredicate<T, T> disjoint) {
        return a.isPresent()
                && b.isPresent()
                && !a.get().inverted()
                && !b.get().inverted()
                && disjoint.test(a.get().value(), b.get().value())
                && disjoint.test(b.get().value(), a.get().value());
    }

    private static boolean header(final IpHeaderMatch narrow, final IpHeaderMatch wide) {
        return test(narrow.source(), wide.source(), Implication::within, Implication::disjoint)
                && test(narrow.destination(), wide.destination(), Implication::within, Implication::disjoint)
                && test(narrow.in(), wide.in(), Implication::within, Implication::disjoint)
                && test(narrow.out(), wide.out(), Implication::within, Implication::disjoint)
                && test(narrow.protocol(), wide.protocol(), Integer::equals, (a, b) -> !a.equals(b))
                && test(narrow.fragment(), wide.fragment(), Boolean::equals, (a, b) -> false);
    }

    private static <T> boolean test(
            final Optional<Invertible<T>> narrow,
            final Optional<Invertible<T>> wide,
            final BiPredicate<T, T> within,
            final BiPredicate<T, T> disjoint) {
        if (wide.isEmpty() || narrow.equals(wide)) {
            return true;
        }
        if (narrow.isEmpty()) {
            return false;
        }
        final Invertible<T> n = narrow.get();
        final Invertible<T> w = wide.get();
        if (n.inverted()) {
            return w.inverted() && within.test(w.value(), n.value());
        }
        return w.inverted() ? disjoint.test(n.value(), w.value()) : within.test(n.value(), w.value());
    }

    static boolean within(final AddressMask narrow, final AddressMask wide) {
        return narrow.mask().and(wide.mask()).equals(wide.mask())
                && narrow.value().and(wide.mask()).equals(wide.value());
    }

    static boolean disjoint(final AddressMask a, final AddressMask b) {
        final IpAddress common = a.mask().and(b.mask());
        return !a.value().and(common).equals(b.value().and(common));
    }

    private static boolean within(final DevicePattern narrow, final DevicePattern wide) {
        return wide.wildcard()
                ? narrow.name().startsWith(wide.name())
                : !narrow.wildcard() && narrow.name().equals(wide.name());
    }

    private static boolean disjoint(final DevicePattern a, final DevicePattern b) {
        return !a.wildcard() && !b.matches(a.name());
    }

    private static boolean implied(final Match wide, final List<Match> narrow) {
        if (wide instanceof Match.Stateful) {
            return false;
        }
        return narrow.stream().anyMatch(n -> n.equals(wide) || implies(n, wide));
    }

    private static boolean implies(final Match narrow, final Match wide) {
        if (wide instanceof ConntrackMatch w && narrow instanceof ConntrackMatch n) {
            return states(n, w);
        }
        if (wide instanceof Match.Tcp w && narrow instanceof Match.Tcp n) {
            return ports(n.source(), w.source())
                    && ports(n.destination(), w.destination())
                    && (w.flags().isEmpty() || w.flags().equals(n.flags()))
                    && (w.option().isEmpty() || w.option().equals(n.option()));
        }
        if (wide instanceof Match.Ports w && narrow instanceof Match.Ports n) {
            return w.protocol() == n.protocol()
                    && ports(n.source(), w.source())
                    && ports(n.destination(), w.destination());
        }
        return wide instanceof Match.Multiport w && !w.inverted() && multiport(narrow, w);
    }

    private static boolean states(final ConntrackMatch narrow, final ConntrackMatch wide) {
        final boolean statesAlone = wide.states()
                .map(s -> wide.equals(ConntrackMatch.EMPTY.withStates(s)))
                .orElse(false);
        return statesAlone && test(narrow.states(), wide.states(), (n, w) -> w.containsAll(n), (n, w) -> false);
    }

    private static boolean ports(
            final Optional<Invertible<PortRange>> narrow, final Optional<Invertible<PortRange>> wide) {
        return test(narrow, wide, Implication::within, (n, w) -> n.high() < w.low() || w.high() < n.low());
    }

    private static boolean within(final PortRange narrow, final PortRange wide) {
        return wide.low() <= narrow.low() && narrow.high() <= wide.high();
    }

    private static boolean multiport(final Match narrow, final Match.Multiport wide) {
        final List<PortRange> ports = destinationPorts(narrow);
        final boolean same = narrow instanceof Match.Multiport n && n.side() == wide.side();
        return (same || wide.side() == Match.PortSide.DESTINATION)
                && !ports.isEmpty()
                && (same || !(narrow instanceof Match.Multiport))
                && ports.stream().allMatch(p -> wide.ports().stream().anyMatch(w -> within(p, w)));
    }

    /** The ports that a match is limited to, of the side that it names; none where it is not. */
    static List<PortRange> destinationPorts(final Match match) {
        if (match instanceof Match.Multiport m) {
            return m.inverted() ? List.of() : m.ports();
        }
        final Optional<Invertible<PortRange>> test = match instanceof Match.Tcp tcp
                ? tcp.destination()
                : match instanceof Match.Ports ports ? ports.destination() : Optional.empty();
        return test.filter(t -> !t.inverted()).map(t -> List.of(t.value())).orElse(List.of());
    }
}
