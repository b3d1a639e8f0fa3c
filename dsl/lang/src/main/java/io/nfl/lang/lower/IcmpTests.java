// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang.lower;

import io.nfl.api.net.Family;
import io.nfl.api.net.IpProtocol;
import io.nfl.diag.Code;
import io.nfl.diag.Span;
import io.nfl.ir.IcmpNames;
import io.nfl.ir.Match;
import io.nfl.lang.nfl.IcmpType;
import io.nfl.lang.nfl.IcmpVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Types of ICMP and ICMPv6, by name or number, with a code or without. */
final class IcmpTests {
    private static final String ANY = "any";

    private final Findings findings;
    private final Numbers numbers;

    IcmpTests(final Findings findings, final Numbers numbers) {
        this.findings = findings;
        this.numbers = numbers;
    }

    static Family family(final IcmpVersion version) {
        return switch (version) {
            case ICMP -> Family.IPV4;
            case ICMPV6 -> Family.IPV6;
        };
    }

    static int protocol(final IcmpVersion version) {
        return switch (version) {
            case ICMP -> IpProtocol.ICMP.number();
            case ICMPV6 -> IpProtocol.IPV6_ICMP.number();
        };
    }

    static boolean isAny(final IcmpType written) {
        return ANY.equals(written.getName());
    }

    /** The tests of one type; without the protocol's own. An empty list for {@code any}. */
    Optional<List<Test>> type(final IcmpVersion version, final IcmpType written, final boolean negated) {
        final Span span = findings.span(written);
        if (isAny(written)) {
            return Optional.of(List.of());
        }
        final Optional<IcmpNames.TypeAndCode> type = parse(version, written);
        return type.map(each -> {
            final Match match = new Match.Icmp(family(version), each.type(), each.codeLow(), each.codeHigh(), negated);
            final Match inverse =
                    new Match.Icmp(family(version), each.type(), each.codeLow(), each.codeHigh(), !negated);
            return List.of(new Test.Extension(span, match, Optional.of(inverse)));
        });
    }

    /** Type and code of a written type; told where it is none. */
    Optional<IcmpNames.TypeAndCode> parse(final IcmpVersion version, final IcmpType written) {
        final String name = written.getName();
        final Optional<IcmpNames.TypeAndCode> named = IcmpNames.of(family(version), name);
        if (named.isEmpty() && !Character.isDigit(name.charAt(0))) {
            findings.report(Code.VALUE_WORD, written, "`" + name + "` is no type of " + version.getLiteral());
            return Optional.empty();
        }
        final IcmpNames.TypeAndCode type = named.orElseGet(
                () -> IcmpNames.TypeAndCode.all(numbers.integer(written, name, "a type of ICMP", 0, 255)));
        if (written.getCode() == null) {
            return Optional.of(type);
        }
        final int code = numbers.integer(written, written.getCode(), "a code of ICMP", 0, 255);
        return Optional.of(IcmpNames.TypeAndCode.one(type.type(), code));
    }

    List<List<Test>> alternatives(final IcmpVersion version, final List<IcmpType> types, final Span span) {
        final List<List<Test>> all = new ArrayList<>();
        for (final IcmpType each : types) {
            type(version, each, false).ifPresent(tests -> {
                final List<Test> whole = new ArrayList<>();
                whole.add(Test.Header.protocol(span, protocol(version)));
                whole.addAll(tests);
                all.add(whole);
            });
        }
        return all;
    }
}
