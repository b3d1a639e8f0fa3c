// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang.lower;

import io.nfl.api.net.Family;
import io.nfl.diag.Span;
import io.nfl.ir.Match;
import io.nfl.lang.nfl.Declaration;
import io.nfl.lang.nfl.IcmpEntry;
import io.nfl.lang.nfl.PortEntry;
import io.nfl.lang.nfl.ProtocolEntry;
import io.nfl.lang.nfl.Service;
import io.nfl.lang.nfl.ServiceEntry;
import io.nfl.lang.nfl.ServiceMatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Declared services as alternatives of protocol and ports or types. */
final class Services {
    private final Findings findings;
    private final Numbers numbers;
    private final IcmpTests icmp;
    private final PortTests ports;
    private final Words words;

    Services(
            final Findings findings,
            final Numbers numbers,
            final IcmpTests icmp,
            final PortTests ports,
            final Words words) {
        this.findings = findings;
        this.numbers = numbers;
        this.icmp = icmp;
        this.ports = ports;
        this.words = words;
    }

    /** Reads a service that no rule may use, for what is wrong with it. */
    void read(final Service service) {
        for (final ServiceEntry entry : service.getEntries()) {
            for (final Family family : Family.values()) {
                alternatives(entry, family, findings.span(service));
            }
        }
    }

    Condition condition(final ServiceMatch match, final Family family) {
        final List<List<Test>> all = new ArrayList<>();
        for (final Declaration each : match.getServices()) {
            if (each instanceof Service service) {
                for (final ServiceEntry entry : service.getEntries()) {
                    all.addAll(alternatives(entry, family, findings.span(match)));
                }
            }
        }
        return Condition.of(all, match.isNegated());
    }

    private List<List<Test>> alternatives(final ServiceEntry entry, final Family family, final Span span) {
        if (entry instanceof PortEntry port) {
            if (startsWithFamily(port) && words.family(port.getFamily()) != family) {
                return List.of();
            }
            final List<List<Test>> protocol =
                    List.of(List.of(Test.Header.protocol(span, PortTests.number(port.getProtocol()))));
            return PortTests.product(
                    protocol,
                    ports.ports(span, port.getProtocol(), port.getPorts(), Match.PortSide.DESTINATION, false));
        }
        if (entry instanceof IcmpEntry types) {
            return types(types, family, span);
        }
        final ProtocolEntry protocol = (ProtocolEntry) entry;
        return words.protocol(protocol, protocol.getProtocol()).stream()
                .map(number -> List.<Test>of(Test.Header.protocol(span, number)))
                .toList();
    }

    /** An enumeration's first literal looks unset in EMF: the text tells. */
    static boolean startsWithFamily(final PortEntry entry) {
        return Names.firstWord(entry).startsWith("ipv");
    }

    private List<List<Test>> types(final IcmpEntry entry, final Family family, final Span span) {
        if (IcmpTests.family(entry.getVersion()) != family) {
            return List.of();
        }
        final List<List<Test>> types = icmp.alternatives(entry.getVersion(), entry.getTypes(), span);
        if (entry.getTtl() == null) {
            return types;
        }
        final int ttl = numbers.integer(entry, entry.getTtl(), "a ttl", 0, 255);
        final Test hopLimit =
                new Test.Extension(span, new Match.HopLimit(Match.Comparison.EQUAL, ttl), Optional.empty());
        return PortTests.product(types, List.of(List.of(hopLimit)));
    }
}
