// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang.lower;

import io.nfl.api.net.AddressMask;
import io.nfl.api.net.ConntrackState;
import io.nfl.api.net.Family;
import io.nfl.api.net.PortRange;
import io.nfl.diag.Code;
import io.nfl.diag.Span;
import io.nfl.ir.ConntrackMatch;
import io.nfl.ir.ConntrackMatch.Status;
import io.nfl.ir.ConntrackMatch.TuplePart;
import io.nfl.ir.Invertible;
import io.nfl.lang.nfl.CtMatch;
import io.nfl.lang.nfl.TupleAddresses;
import io.nfl.lang.nfl.TuplePorts;
import io.nfl.lang.nfl.TupleSide;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** {@code ct …}: states, direction, status, expiry and the stored tuples. */
final class CtTests {
    private final Findings findings;
    private final Numbers numbers;
    private final Addresses addresses;

    CtTests(final Findings findings, final Numbers numbers, final Addresses addresses) {
        this.findings = findings;
        this.numbers = numbers;
        this.addresses = addresses;
    }

    Condition condition(final CtMatch match, final Family family) {
        final Span span = findings.span(match);
        if (!match.getStates().isEmpty()) {
            final Set<ConntrackState> states = states(match.getStates());
            return one(span, ConntrackMatch.EMPTY.withStates(new Invertible<>(states, match.isNegated())));
        }
        if (match.getDirection() != null) {
            final boolean reply = match.getDirection().equals("reply");
            return one(span, ConntrackMatch.EMPTY.withReplyDirection(new Invertible<>(reply, match.isNegated())));
        }
        if (match.getTuple() != null) {
            return tuple(match, match.getTuple(), family);
        }
        if (!match.getStatus().isEmpty()) {
            return one(span, ConntrackMatch.EMPTY.withStatus(new Invertible<>(status(match), match.isNegatedStatus())));
        }
        if (match.getExpires() != null) {
            return numbers.range(match.getExpires(), "a number of seconds", 0, 0xFFFF_FFFFL)
                    .map(range -> one(
                            span,
                            ConntrackMatch.EMPTY.withExpires(new Invertible<>(
                                    new ConntrackMatch.Seconds(range.low(), range.high()), match.isNegatedExpires()))))
                    .orElse(new Condition.Never());
        }
        findings.unsupported(match, "`ct helper`");
        return new Condition.All(List.of());
    }

    static Set<ConntrackState> states(final List<String> names) {
        final Set<ConntrackState> states = EnumSet.noneOf(ConntrackState.class);
        names.forEach(each -> states.add(ConntrackState.valueOf(each.toUpperCase(Locale.ROOT))));
        return states;
    }

    private Set<Status> status(final CtMatch match) {
        final Set<Status> status = EnumSet.noneOf(Status.class);
        for (final String name : match.getStatus()) {
            try {
                status.add(Status.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_')));
            } catch (final IllegalArgumentException e) {
                findings.report(
                        Code.VALUE_WORD,
                        match,
                        "`" + name + "` is no status of a connection",
                        "none, expected, seen-reply, assured, confirmed");
            }
        }
        return status;
    }

    private Condition tuple(final CtMatch match, final TupleSide side, final Family family) {
        final boolean original = match.getOf().equals("original");
        final List<List<Test>> all = new ArrayList<>();
        if (side instanceof TupleAddresses tuple) {
            final TuplePart part = part(original, tuple.getSide().equals("from"));
            for (final Addresses.Term term : addresses.terms(tuple.getAddresses())) {
                if (!(term instanceof Addresses.Term.Masked masked)) {
                    findings.report(Code.VALUE_ADDRESS, tuple, "a stored tuple is compared with addresses or networks");
                } else if (term.isOf(family)) {
                    all.add(List.of(address(findings.span(match), part, masked.mask())));
                }
            }
            return Condition.of(all, tuple.isNegated());
        }
        final TuplePorts tuple = (TuplePorts) side;
        final TuplePart part = part(original, tuple.getSide().equals("sport"));
        for (final io.nfl.lang.nfl.PortRange each : tuple.getPorts()) {
            numbers.ports(each, "tcp").ifPresent(range -> all.add(List.of(port(findings.span(match), part, range))));
        }
        return Condition.of(all, tuple.isNegated());
    }

    private static TuplePart part(final boolean original, final boolean source) {
        if (original) {
            return source ? TuplePart.ORIGINAL_SOURCE : TuplePart.ORIGINAL_DESTINATION;
        }
        return source ? TuplePart.REPLY_SOURCE : TuplePart.REPLY_DESTINATION;
    }

    private static Test address(final Span span, final TuplePart part, final AddressMask mask) {
        return new Test.Extension(
                span,
                ConntrackMatch.EMPTY.withAddress(part, Invertible.is(mask)),
                Optional.of(ConntrackMatch.EMPTY.withAddress(part, Invertible.not(mask))));
    }

    private static Test port(final Span span, final TuplePart part, final PortRange range) {
        return new Test.Extension(
                span,
                ConntrackMatch.EMPTY.withPorts(part, Invertible.is(range)),
                Optional.of(ConntrackMatch.EMPTY.withPorts(part, Invertible.not(range))));
    }

    private static Condition one(final Span span, final ConntrackMatch match) {
        return new Condition.All(List.of(new Test.Extension(span, match, Optional.empty())));
    }
}
