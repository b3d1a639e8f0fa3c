// SPDX-License-Identifier: Apache-2.0
package io.nfl.check;

import io.nfl.api.net.Hook;
import io.nfl.api.net.IpAddress;
import io.nfl.api.net.IpProtocol;
import io.nfl.api.net.PortRange;
import io.nfl.api.net.Table;
import io.nfl.ir.Chain;
import io.nfl.ir.DevicePattern;
import io.nfl.ir.Invertible;
import io.nfl.ir.Match;
import io.nfl.ir.Rule;
import io.nfl.ir.Ruleset;
import io.nfl.ir.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * A dnat at prerouting that changes ports, with what the rules that lead to it ask.
 *
 * @param in absent: any
 * @param asked destination ports before translation
 * @param translated ports behind it
 */
record PortTranslation(
        Rule rule,
        int protocol,
        Optional<DevicePattern> in,
        List<PortRange> asked,
        IpAddress server,
        PortRange translated) {

    static List<PortTranslation> of(final Ruleset ruleset) {
        final List<PortTranslation> all = new ArrayList<>();
        ruleset.table(Table.NAT).ifPresent(nat -> {
            final ChainGraph graph = new ChainGraph(nat);
            for (final Chain chain : graph.reachedFrom(Hook.PREROUTING)) {
                for (final Rule rule : chain.rules()) {
                    if (rule.target() instanceof Target.Dnat dnat) {
                        graph.places(chain, rule).stream()
                                .filter(p -> p.hook() == Hook.PREROUTING)
                                .forEach(p -> of(rule, dnat, p.path()).ifPresent(all::add));
                    }
                }
            }
        });
        return all;
    }

    private static Optional<PortTranslation> of(
            final Rule rule, final Target.Dnat dnat, final List<ChainGraph.Call> path) {
        final List<Rule> way = Stream.concat(path.stream().map(ChainGraph.Call::rule), Stream.of(rule))
                .toList();
        final List<PortRange> asked = way.stream()
                .flatMap(r -> r.matches().stream())
                .map(PortTranslation::destinationPorts)
                .filter(p -> !p.isEmpty())
                .findFirst()
                .orElse(List.of());
        final OptionalInt protocol = way.stream()
                .flatMap(r -> r.header().protocol().stream())
                .filter(p -> !p.inverted())
                .mapToInt(Invertible::value)
                .findFirst();
        if (asked.isEmpty() || protocol.isEmpty() || dnat.range().addresses().isEmpty()) {
            return Optional.empty();
        }
        final Optional<DevicePattern> in = way.stream()
                .flatMap(r -> r.header().in().stream())
                .filter(d -> !d.inverted())
                .map(Invertible::value)
                .findFirst();
        return Optional.of(new PortTranslation(
                rule,
                protocol.getAsInt(),
                in,
                asked,
                dnat.range().addresses().get().low(),
                dnat.range().ports().orElse(PortRange.ALL)));
    }

    /** Of the matches that compare destination ports alone. */
    static List<PortRange> destinationPorts(final Match match) {
        return match instanceof Match.Multiport multiport && multiport.side() != Match.PortSide.DESTINATION
                ? List.of()
                : Implication.destinationPorts(match);
    }

    boolean protocolOf(final Rule other, final Match match) {
        return other.header()
                .protocol()
                .map(p -> !p.inverted() && p.value() == protocol)
                .orElse(match instanceof Match.Tcp && protocol == IpProtocol.TCP.number());
    }

    /** Whether all that the rule asks for by port is changed by this to other ports. */
    boolean takes(final Rule other, final Match match, final List<PortRange> ports) {
        return !ports.isEmpty()
                && protocolOf(other, match)
                && ports.stream()
                        .allMatch(p -> asked.stream().anyMatch(a -> a.low() <= p.low() && p.high() <= a.high()))
                && !leadsToAnyOf(ports);
    }

    /** Whether its packets may have one of the ports behind it; without ports of its own it leaves them as they are. */
    boolean leadsToAnyOf(final List<PortRange> ports) {
        final List<PortRange> behind = translated.equals(PortRange.ALL) ? asked : List.of(translated);
        return ports.stream().anyMatch(p -> behind.stream().anyMatch(b -> b.low() <= p.high() && p.low() <= b.high()));
    }
}
