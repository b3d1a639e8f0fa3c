// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang.lower;

import io.nfl.api.net.AddressMask;
import io.nfl.api.net.AddressType;
import io.nfl.api.net.Family;
import io.nfl.diag.Code;
import io.nfl.diag.Span;
import io.nfl.ir.DevicePattern;
import io.nfl.ir.Invertible;
import io.nfl.ir.Match;
import io.nfl.ir.RuleOrigin.HeaderPart;
import io.nfl.lang.nfl.Address;
import io.nfl.lang.nfl.CtMatch;
import io.nfl.lang.nfl.DscpMatch;
import io.nfl.lang.nfl.FamilyMatch;
import io.nfl.lang.nfl.FragmentMatch;
import io.nfl.lang.nfl.FromMatch;
import io.nfl.lang.nfl.GroupMatch;
import io.nfl.lang.nfl.IcmpMatch;
import io.nfl.lang.nfl.IcmpType;
import io.nfl.lang.nfl.InMatch;
import io.nfl.lang.nfl.LengthMatch;
import io.nfl.lang.nfl.MarkMatch;
import io.nfl.lang.nfl.MarkValue;
import io.nfl.lang.nfl.OutMatch;
import io.nfl.lang.nfl.OwnerMatch;
import io.nfl.lang.nfl.PortMatch;
import io.nfl.lang.nfl.ProtocolMatch;
import io.nfl.lang.nfl.ServiceMatch;
import io.nfl.lang.nfl.ToMatch;
import io.nfl.lang.nfl.TosMatch;
import io.nfl.lang.nfl.TtlMatch;
import io.nfl.lang.nfl.util.NflSwitch;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The matches without state: each becomes a {@link Condition} in a family. */
final class MatchLowering {
    private final Findings findings;
    private final Numbers numbers;
    private final Addresses addresses;
    private final Words words;
    private final IcmpTests icmp;
    private final PortTests ports;
    private final Services services;
    private final CtTests ct;

    MatchLowering(final Findings findings, final Numbers numbers, final Addresses addresses, final Words words) {
        this.findings = findings;
        this.numbers = numbers;
        this.addresses = addresses;
        this.words = words;
        this.icmp = new IcmpTests(findings, numbers);
        this.ports = new PortTests(findings, numbers);
        this.services = new Services(findings, numbers, icmp, ports, words);
        this.ct = new CtTests(findings, numbers, addresses);
    }

    Services services() {
        return services;
    }

    Condition lower(final io.nfl.lang.nfl.Match match, final Family family) {
        final Condition condition = new Dispatch(family).doSwitch(match);
        if (condition == null) {
            final String word = match instanceof GroupMatch ? "in group" : Names.firstWord(match);
            findings.unsupported(match, "`" + word + "` as a match");
            return new Condition.All(List.of());
        }
        return condition;
    }

    /** The one family that a negated list of addresses has members of, if it has members of one alone. */
    Optional<Family> oneSided(final io.nfl.lang.nfl.Match match) {
        final List<Address> values = match instanceof FromMatch from && from.isNegated()
                ? from.getValues()
                : match instanceof ToMatch to && to.isNegated() ? to.getValues() : List.of();
        final Set<Family> families = EnumSet.noneOf(Family.class);
        for (final Addresses.Term term : addresses.terms(values)) {
            for (final Family family : Family.values()) {
                if (term.isOf(family)) {
                    families.add(family);
                }
            }
        }
        return families.size() == 1 ? families.stream().findFirst() : Optional.empty();
    }

    /** One case for each kind of match; what has none is not supported yet. */
    private final class Dispatch extends NflSwitch<Condition> {
        private final Family family;

        private Dispatch(final Family family) {
            this.family = family;
        }

        @Override
        public Condition caseInMatch(final InMatch match) {
            return devices(match, match.getInterfaces(), match.isNegated(), HeaderPart.IN);
        }

        @Override
        public Condition caseOutMatch(final OutMatch match) {
            return devices(match, match.getInterfaces(), match.isNegated(), HeaderPart.OUT);
        }

        private Condition devices(
                final io.nfl.lang.nfl.Match match,
                final List<io.nfl.lang.nfl.DeviceReference> references,
                final boolean negated,
                final HeaderPart part) {
            final Span span = findings.span(match);
            final List<List<Test>> all = new ArrayList<>();
            for (final DevicePattern each : words.devices(references)) {
                all.add(List.of(Test.Header.device(span, part, each)));
            }
            return Condition.of(all, negated);
        }

        @Override
        public Condition caseFromMatch(final FromMatch match) {
            return side(match, match.getValues(), match.isNegated(), match.getLimited(), true);
        }

        @Override
        public Condition caseToMatch(final ToMatch match) {
            return side(match, match.getValues(), match.isNegated(), match.getLimited(), false);
        }

        private Condition side(
                final io.nfl.lang.nfl.Match match,
                final List<Address> values,
                final boolean negated,
                final @Nullable String limited,
                final boolean source) {
            final List<List<Test>> all = new ArrayList<>();
            if (negated && leavesNothing(values)) {
                findings.report(Code.VALUE_RANGE, match, "no address is none of these");
            }
            for (final Address value : values) {
                for (final Addresses.Term term : addresses.terms(value)) {
                    if (limited != null && !(term instanceof Addresses.Term.Typed)) {
                        findings.report(Code.VALUE_WORD, value, "only `local` can be limited to a device");
                    }
                    if (negated && isEverything(term, family)) {
                        return new Condition.Never();
                    }
                    if (term.isOf(family)) {
                        all.add(List.of(test(findings.span(match), term, source, limited)));
                    }
                }
            }
            return Condition.of(all, negated);
        }

        private boolean leavesNothing(final List<Address> values) {
            final List<Addresses.Term> terms = addresses.terms(values);
            return Stream.of(Family.values())
                    .allMatch(each -> terms.stream().anyMatch(term -> isEverything(term, each)));
        }

        /** The nft back end takes no rule that asks for none of all addresses. */
        private static boolean isEverything(final Addresses.Term term, final Family family) {
            return term instanceof Addresses.Term.Masked masked && masked.mask().isAny() && term.isOf(family);
        }

        private Test test(
                final Span span, final Addresses.Term term, final boolean source, final @Nullable String limited) {
            if (term instanceof Addresses.Term.Masked masked) {
                final AddressMask mask = masked.mask();
                return source ? Test.Header.source(span, mask) : Test.Header.destination(span, mask);
            }
            if (term instanceof Addresses.Term.Ranged ranged) {
                return new Test.Extension(span, range(ranged, source, false), Optional.of(range(ranged, source, true)));
            }
            final AddressType type = ((Addresses.Term.Typed) term).type();
            return new Test.Extension(
                    span, type(type, source, limited, false), Optional.of(type(type, source, limited, true)));
        }

        private Match range(final Addresses.Term.Ranged term, final boolean source, final boolean negated) {
            final var test = Optional.of(new Invertible<>(term.range(), negated));
            return source ? new Match.IpRange(test, Optional.empty()) : new Match.IpRange(Optional.empty(), test);
        }

        private Match type(
                final AddressType type, final boolean source, final @Nullable String limited, final boolean negated) {
            final var test = Optional.of(new Invertible<>(Set.of(type), negated));
            final boolean in = "in".equals(limited);
            final boolean out = "out".equals(limited);
            return source
                    ? new Match.AddrType(test, Optional.empty(), in, out)
                    : new Match.AddrType(Optional.empty(), test, in, out);
        }

        @Override
        public Condition caseFamilyMatch(final FamilyMatch match) {
            return words.family(match.getFamily()) == family ? new Condition.All(List.of()) : new Condition.Never();
        }

        @Override
        public Condition casePortMatch(final PortMatch match) {
            return ports.condition(match);
        }

        @Override
        public Condition caseIcmpMatch(final IcmpMatch match) {
            if (IcmpTests.family(match.getVersion()) != family) {
                return new Condition.Never();
            }
            final Span span = findings.span(match);
            final Test protocol = Test.Header.protocol(span, IcmpTests.protocol(match.getVersion()));
            if (!match.isNegated()) {
                return Condition.of(icmp.alternatives(match.getVersion(), match.getTypes(), span), false);
            }
            final List<Test> all = new ArrayList<>(List.of(protocol));
            if (match.getTypes().stream().anyMatch(IcmpTests::isAny)) {
                findings.report(Code.VALUE_RANGE, match, "no type is none of these");
            }
            for (final IcmpType type : match.getTypes()) {
                icmp.type(match.getVersion(), type, true).ifPresent(all::addAll);
            }
            return new Condition.All(all);
        }

        @Override
        public Condition caseProtocolMatch(final ProtocolMatch match) {
            final Span span = findings.span(match);
            final List<List<Test>> all = new ArrayList<>();
            for (final String name : match.getProtocols()) {
                words.protocol(match, name).ifPresent(each -> all.add(List.of(Test.Header.protocol(span, each))));
            }
            return Condition.of(all, match.isNegated());
        }

        @Override
        public Condition caseServiceMatch(final ServiceMatch match) {
            return services.condition(match, family);
        }

        @Override
        public Condition caseCtMatch(final CtMatch match) {
            return ct.condition(match, family);
        }

        @Override
        public Condition caseMarkMatch(final MarkMatch match) {
            final Span span = findings.span(match);
            final boolean connmark = match.getWhat().equals("connmark");
            final List<List<Test>> all = new ArrayList<>();
            for (final MarkValue value : match.getValues()) {
                final Words.Masked mark = words.mark(value);
                all.add(List.of(new Test.Extension(
                        span, mark(mark, connmark, false), Optional.of(mark(mark, connmark, true)))));
            }
            return Condition.of(all, match.isNegated());
        }

        private Match mark(final Words.Masked mark, final boolean connmark, final boolean negated) {
            return connmark
                    ? new Match.Connmark(mark.value(), mark.mask(), negated)
                    : new Match.Mark(mark.value(), mark.mask(), negated);
        }

        @Override
        public Condition caseLengthMatch(final LengthMatch match) {
            return numbers.range(match.getRange(), "a length", 0, 0xFFFF)
                    .flatMap(range -> Relations.bounds(findings, match, match.getRelation(), range, 0xFFFF))
                    .map(range -> (Condition) new Condition.All(List.of(new Test.Extension(
                            findings.span(match),
                            new Match.Length((int) range.low(), (int) range.high(), match.isNegated()),
                            Optional.empty()))))
                    .orElse(new Condition.Never());
        }

        @Override
        public Condition caseTtlMatch(final TtlMatch match) {
            final Span span = findings.span(match);
            final Optional<Numbers.Range> range = numbers.range(match.getRange(), "a ttl", 0, 255)
                    .flatMap(each -> Relations.bounds(findings, match, match.getRelation(), each, 255));
            if (range.isEmpty()) {
                return new Condition.Never();
            }
            final Numbers.Range bounds = range.get();
            final List<Test> inside = new ArrayList<>();
            if (bounds.low() == bounds.high()) {
                inside.add(ttl(span, Match.Comparison.EQUAL, bounds.low(), Match.Comparison.NOT_EQUAL, bounds.low()));
            } else {
                if (bounds.low() > 0) {
                    inside.add(
                            ttl(span, Match.Comparison.ABOVE, bounds.low() - 1, Match.Comparison.BELOW, bounds.low()));
                }
                if (bounds.high() < 255) {
                    inside.add(ttl(
                            span, Match.Comparison.BELOW, bounds.high() + 1, Match.Comparison.ABOVE, bounds.high()));
                }
            }
            if (inside.isEmpty()) {
                return match.isNegated() ? new Condition.Never() : new Condition.All(List.of());
            }
            return Condition.of(List.of(inside), match.isNegated());
        }

        private Test ttl(
                final Span span,
                final Match.Comparison comparison,
                final long value,
                final Match.Comparison inverse,
                final long inverseValue) {
            return new Test.Extension(
                    span, new Match.HopLimit(comparison, (int) value), Optional.of(new Match.HopLimit(inverse, (int)
                            inverseValue)));
        }

        @Override
        public Condition caseDscpMatch(final DscpMatch match) {
            final Span span = findings.span(match);
            final List<List<Test>> all = new ArrayList<>();
            for (final String value : match.getValues()) {
                final int dscp = words.dscp(match, value);
                all.add(List.of(new Test.Extension(
                        span, new Match.Dscp(dscp, false), Optional.of(new Match.Dscp(dscp, true)))));
            }
            return Condition.of(all, match.isNegated());
        }

        @Override
        public Condition caseTosMatch(final TosMatch match) {
            final Words.Masked tos = words.masked(match.getValue(), 0xFF);
            return new Condition.All(List.of(new Test.Extension(
                    findings.span(match),
                    new Match.Tos(tos.value(), tos.mask(), match.isNegated()),
                    Optional.empty())));
        }

        @Override
        public Condition caseFragmentMatch(final FragmentMatch match) {
            return family == Family.IPV4
                    ? Condition.of(List.of(List.of(Test.Header.fragment(findings.span(match)))), match.isNegated())
                    : new Condition.Never();
        }

        @Override
        public @Nullable Condition caseOwnerMatch(final OwnerMatch match) {
            final Optional<Match.IdRange> ids = words.ids(match);
            if (ids.isEmpty()) {
                return new Condition.All(List.of());
            }
            final boolean group = match.getWhat().startsWith("g");
            final var test = Optional.of(new Invertible<>(ids.get(), match.isNegated()));
            final Match owner = group
                    ? new Match.Owner(Optional.empty(), test, Optional.empty())
                    : new Match.Owner(test, Optional.empty(), Optional.empty());
            return new Condition.All(List.of(new Test.Extension(findings.span(match), owner, Optional.empty())));
        }
    }
}
