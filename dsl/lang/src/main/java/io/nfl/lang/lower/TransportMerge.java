// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang.lower;

import io.nfl.ir.Match;
import java.util.Optional;

/** Puts options of one transport match together: {@code -m tcp --sport … --dport …} instead of two matches. */
final class TransportMerge {
    private TransportMerge() {}

    static Optional<Match> of(final Match first, final Match second) {
        if (first instanceof Match.Tcp left && second instanceof Match.Tcp right) {
            final boolean apart = apart(left.source(), right.source())
                    && apart(left.destination(), right.destination())
                    && apart(left.flags(), right.flags())
                    && apart(left.option(), right.option());
            return apart
                    ? Optional.of(new Match.Tcp(
                            left.source().or(right::source),
                            left.destination().or(right::destination),
                            left.flags().or(right::flags),
                            left.option().or(right::option)))
                    : Optional.empty();
        }
        if (first instanceof Match.Ports left
                && second instanceof Match.Ports right
                && left.protocol() == right.protocol()
                && apart(left.source(), right.source())
                && apart(left.destination(), right.destination())) {
            return Optional.of(new Match.Ports(
                    left.protocol(),
                    left.source().or(right::source),
                    left.destination().or(right::destination)));
        }
        return Optional.empty();
    }

    private static boolean apart(final Optional<?> left, final Optional<?> right) {
        return left.isEmpty() || right.isEmpty();
    }
}
