// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang.lower;

import io.nfl.api.net.AddressMask;
import io.nfl.diag.Span;
import io.nfl.ir.DevicePattern;
import io.nfl.ir.Invertible;
import io.nfl.ir.Match;
import io.nfl.ir.RuleOrigin.HeaderPart;
import java.util.Optional;

/** One thing that one iptables rule can compare, and where it was written. */
sealed interface Test {
    Span span();

    /** A slot of the rule's header, of which a rule has one each. */
    record Header(Span span, HeaderPart part, Object value, boolean negated) implements Test {
        static Header source(final Span span, final AddressMask mask) {
            return new Header(span, HeaderPart.SOURCE, mask, false);
        }

        static Header destination(final Span span, final AddressMask mask) {
            return new Header(span, HeaderPart.DESTINATION, mask, false);
        }

        static Header device(final Span span, final HeaderPart part, final DevicePattern pattern) {
            return new Header(span, part, pattern, false);
        }

        static Header protocol(final Span span, final int protocol) {
            return new Header(span, HeaderPart.PROTOCOL, protocol, false);
        }

        static Header fragment(final Span span) {
            return new Header(span, HeaderPart.FRAGMENT, true, false);
        }

        @Override
        public Optional<Test> inverted() {
            return Optional.of(new Header(span, part, value, !negated));
        }

        AddressMask mask() {
            return (AddressMask) value;
        }

        Invertible<AddressMask> maskTest() {
            return new Invertible<>(mask(), negated);
        }

        Invertible<DevicePattern> deviceTest() {
            return new Invertible<>((DevicePattern) value, negated);
        }

        Invertible<Integer> protocolTest() {
            return new Invertible<>((Integer) value, negated);
        }
    }

    /** A match extension; any number stand in a rule. @param inverse the match that holds where this one does not */
    record Extension(Span span, Match match, Optional<Match> inverse) implements Test {
        @Override
        public Optional<Test> inverted() {
            return inverse.map(each -> new Extension(span, each, Optional.of(match)));
        }
    }

    /** The test that holds where this one does not, if one rule can say it. */
    Optional<Test> inverted();
}
