// SPDX-License-Identifier: Apache-2.0
package io.nfl.check;

import io.nfl.api.net.AddressMask;
import io.nfl.api.net.Hook;
import io.nfl.api.net.IpAddress;
import io.nfl.api.net.PortRange;
import io.nfl.api.net.Table;
import io.nfl.diag.Code;
import io.nfl.diag.Diagnostic;
import io.nfl.diag.Fix;
import io.nfl.diag.Note;
import io.nfl.diag.Span;
import io.nfl.ir.Chain;
import io.nfl.ir.ChainCalls;
import io.nfl.ir.DevicePattern;
import io.nfl.ir.Invertible;
import io.nfl.ir.Match;
import io.nfl.ir.Policy;
import io.nfl.ir.Rule;
import io.nfl.ir.RuleOrigin.HeaderPart;
import io.nfl.ir.Ruleset;
import io.nfl.ir.TableRules;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Rules at forward and postrouting that ask for the address or the port that the sender used, which dnat has changed.
 */
final class TranslatedPass implements Pass {
    private static final Set<Hook> BEHIND = Set.of(Hook.FORWARD, Hook.POSTROUTING);

    @Override
    public void run(final Policy policy, final Findings findings) {
        final HostSettings host = new HostSettings(policy);
        for (final Ruleset ruleset : policy.rulesets()) {
            final List<PortTranslation> translations = PortTranslation.of(ruleset);
            for (final TableRules table : ruleset.tables()) {
                final ChainGraph graph = new ChainGraph(table);
                for (final Chain chain : table.chains()) {
                    for (final Rule rule : chain.rules()) {
                        final List<ChainGraph.Reach> places = graph.places(chain, rule);
                        if (!places.isEmpty() && places.stream().allMatch(p -> BEHIND.contains(p.hook()))) {
                            address(table.table(), places, rule, host, findings);
                            if (!isPartOfOne(table, rule)) {
                                port(rule, translations, host, findings);
                            }
                        }
                    }
                }
            }
        }
    }

    /** Whether the rule's other tests stand in a chain that the compiler made for it. */
    private static boolean isPartOfOne(final TableRules table, final Rule rule) {
        return ChainCalls.callee(rule.target())
                .flatMap(table::chain)
                .map(c -> c.rules().stream()
                        .allMatch(r -> r.origin().rule().equals(rule.origin().rule())))
                .orElse(false);
    }

    /**
     * A forwarded packet is never for an address of this host: those are delivered, or were translated before. What the
     * host sends to itself passes postrouting too, by lo.
     */
    private static void address(
            final Table table,
            final List<ChainGraph.Reach> places,
            final Rule rule,
            final HostSettings host,
            final Findings findings) {
        final boolean byDevice = rule.header()
                .out()
                .map(o -> !o.inverted() && !o.value().matches("lo"))
                .orElse(false);
        if (!byDevice && places.stream().anyMatch(p -> p.hook() == Hook.POSTROUTING)) {
            return;
        }
        rule.header()
                .destination()
                .filter(d -> !d.inverted()
                        && isHost(d.value())
                        && host.hasAddress(d.value().value()))
                .ifPresent(d -> findings.add(
                        rule,
                        Diagnostic.of(
                                        Code.FLOW_TRANSLATED,
                                        rule.origin().header(HeaderPart.DESTINATION),
                                        "no " + (table == Table.NAT ? "" : "forwarded ")
                                                + "packet that comes here is for "
                                                + d.value().value() + ", an address of this host")
                                .note("after dnat the destination is the server's; what the sender used is"
                                        + " `ct original to` and `ct original dport`")));
    }

    private static boolean isHost(final AddressMask test) {
        return test.mask().prefixLength() == test.mask().family().bits();
    }

    private static void port(
            final Rule rule,
            final List<PortTranslation> translations,
            final HostSettings host,
            final Findings findings) {
        for (int i = 0; i < rule.matches().size(); i++) {
            final Match match = rule.matches().get(i);
            final List<PortRange> asked = PortTranslation.destinationPorts(match);
            final Optional<PortTranslation> changed = translations.stream()
                    .filter(t -> t.takes(rule, match, asked) && isMeant(rule, t, host))
                    .findFirst();
            final boolean comesAnyway =
                    translations.stream().anyMatch(t -> t.protocolOf(rule, match) && t.leadsToAnyOf(asked));
            if (changed.isPresent() && !comesAnyway) {
                findings.add(rule, diagnostic(rule.origin().match(i), match, changed.get()));
            }
        }
    }

    /** Whether the rule names the way of the translated packets: by device, or by the server's address. */
    private static boolean isMeant(final Rule rule, final PortTranslation translation, final HostSettings host) {
        final IpAddress server = translation.server();
        final Optional<DevicePattern> in = plain(rule.header().in());
        final Optional<DevicePattern> out = plain(rule.header().out());
        final Optional<AddressMask> to = plain(rule.header().destination());
        final Optional<String> towards = host.deviceTowards(server);
        final Optional<String> from = plain(rule.header().source()).flatMap(s -> host.deviceTowards(s.value()));
        final boolean elsewhere = in.isPresent()
                        && translation.in().isPresent()
                        && !in.get().equals(translation.in().get())
                || from.isPresent()
                        && translation.in().isPresent()
                        && !translation.in().get().matches(from.get())
                || out.isPresent() && towards.isPresent() && !out.get().matches(towards.get())
                || to.isPresent() && !to.get().contains(server)
                || rule.header().destination().map(Invertible::inverted).orElse(false);
        return !elsewhere && (in.isPresent() || out.isPresent() || to.isPresent());
    }

    private static <T> Optional<T> plain(final Optional<Invertible<T>> test) {
        return test.filter(t -> !t.inverted()).map(Invertible::value);
    }

    private static Diagnostic diagnostic(final Span span, final Match match, final PortTranslation translation) {
        final String port = PortTranslation.destinationPorts(match).get(0).isSingle()
                ? Integer.toString(
                        PortTranslation.destinationPorts(match).get(0).low())
                : "N";
        final String now = translation.translated().isSingle()
                ? Integer.toString(translation.translated().low())
                : translation.translated().low() + "-"
                        + translation.translated().high();
        final Diagnostic plain = Diagnostic.of(
                        Code.FLOW_TRANSLATED, span, "the port is " + now + " here: dnat has changed it already")
                .note(Note.at(translation.rule().origin().target(), "changed here"))
                .note("`ct original dport " + port + "` asks for the port that the sender used");
        return match instanceof Match.Tcp tcp
                        && tcp.source().isEmpty()
                        && tcp.flags().isEmpty()
                        && tcp.option().isEmpty()
                ? plain.fix(Fix.replace("ask for the port behind dnat", span, "tcp dport " + now))
                : plain;
    }
}
