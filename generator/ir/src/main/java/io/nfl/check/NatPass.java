// SPDX-License-Identifier: Apache-2.0
package io.nfl.check;

import io.nfl.api.classify.NatRange;
import io.nfl.api.net.AddressMask;
import io.nfl.api.net.AddressRange;
import io.nfl.api.net.ConntrackState;
import io.nfl.api.net.Hook;
import io.nfl.api.net.IpAddress;
import io.nfl.api.net.Prefix;
import io.nfl.api.net.Table;
import io.nfl.diag.Code;
import io.nfl.diag.Diagnostic;
import io.nfl.ir.ConntrackMatch;
import io.nfl.ir.DevicePattern;
import io.nfl.ir.Invertible;
import io.nfl.ir.Match;
import io.nfl.ir.Policy;
import io.nfl.ir.Rule;
import io.nfl.ir.Ruleset;
import io.nfl.ir.TableRules;
import io.nfl.ir.Target;
import java.util.List;
import java.util.Optional;

/** What translation needs from the rest of the policy. */
final class NatPass implements Pass {
    private static final Prefix LOOPBACK = Prefix.containing(IpAddress.parse("127.0.0.0"), 8);

    @Override
    public void run(final Policy policy, final Findings findings) {
        final HostSettings host = new HostSettings(policy);
        for (final Ruleset ruleset : policy.rulesets()) {
            ruleset.table(Table.NAT).ifPresent(nat -> nat(ruleset, nat, host, findings));
        }
    }

    private static void nat(
            final Ruleset ruleset, final TableRules nat, final HostSettings host, final Findings findings) {
        final ChainGraph graph = new ChainGraph(nat);
        final List<Rule> output = graph.rulesAt(Hook.OUTPUT);
        for (final Rule rule : graph.rulesAt(Hook.PREROUTING)) {
            if (rule.target() instanceof Target.Dnat dnat) {
                dnat(ruleset, rule, dnat, host, findings);
                final boolean own = output.stream().anyMatch(r -> r.target().equals(dnat));
                if (!own && rule.origin().block().isPresent() && ownAddress(rule, host)) {
                    findings.add(
                            rule,
                            Diagnostic.of(
                                            Code.FLOW_DNAT_OWN,
                                            rule.origin().target(),
                                            "packets of this host itself do not pass this dnat")
                                    .note("they enter at output: write it at `nat output` too if they should"));
                }
            }
        }
        for (final Rule rule : graph.rulesAt(Hook.POSTROUTING)) {
            if (rule.target() instanceof Target.Snat snat) {
                snat(rule, snat.range(), host, findings);
            }
            if (rule.target() instanceof Target.Masquerade || rule.target() instanceof Target.Snat) {
                invalid(ruleset, rule, host, findings);
            }
        }
    }

    private static boolean ownAddress(final Rule rule, final HostSettings host) {
        final Optional<AddressMask> to =
                rule.header().destination().filter(d -> !d.inverted()).map(d -> d.value());
        return rule.header().in().isEmpty()
                && to.map(t -> t.mask().prefixLength() == t.mask().family().bits() && host.hasAddress(t.value()))
                        .orElse(false);
    }

    private static void dnat(
            final Ruleset ruleset,
            final Rule rule,
            final Target.Dnat dnat,
            final HostSettings host,
            final Findings findings) {
        final Optional<AddressRange> to = dnat.range().addresses();
        if (to.isEmpty()) {
            return;
        }
        if (LOOPBACK.contains(to.get().low()) && !host.anyIpv4Setting("route_localnet", "1")) {
            findings.add(
                    rule,
                    Diagnostic.of(
                                    Code.FLOW_DNAT_LOOPBACK,
                                    rule.origin().target(),
                                    "dnat to " + to.get().low() + " without `option route-localnet on`")
                            .note("routing drops packets from outside to loopback addresses as martians"));
        }
        if (LOOPBACK.contains(to.get().low()) || host.hasAddress(to.get().low())) {
            return;
        }
        ruleset.table(Table.FILTER).ifPresent(filter -> {
            final boolean drops =
                    filter.chainAt(Hook.FORWARD).map(c -> !c.policyAccepts()).orElse(false);
            final boolean accepted = new ChainGraph(filter)
                    .rulesAt(Hook.FORWARD).stream()
                            .anyMatch(r -> mayAccept(r, to.get())
                                    && sameWay(
                                            rule, r, host.deviceTowards(to.get().low())));
            if (drops && !accepted) {
                findings.add(
                        rule,
                        Diagnostic.of(
                                        Code.FLOW_DNAT_UNACCEPTED,
                                        rule.origin().target(),
                                        "no rule of `filter forward` accepts what is translated to "
                                                + to.get().low())
                                .note("its policy drops; it sees the packet after translation"));
            }
        });
    }

    /** Whether what came in for the one rule may go the way that the other names. @param device towards the server */
    private static boolean sameWay(final Rule dnat, final Rule accept, final Optional<String> device) {
        final boolean in = plain(dnat.header().in())
                .flatMap(d -> plain(accept.header().in()).map(a -> a.matches(d.name()) || d.matches(a.name())))
                .orElse(true);
        final boolean out = plain(accept.header().out())
                .flatMap(a -> device.map(a::matches))
                .orElse(true);
        return in && out;
    }

    private static Optional<DevicePattern> plain(final Optional<Invertible<DevicePattern>> test) {
        return test.filter(t -> !t.inverted()).map(Invertible::value);
    }

    /** Whether the first packet of a connection to one of the addresses might be accepted by it. */
    private static boolean mayAccept(final Rule rule, final AddressRange to) {
        final boolean elsewhere = rule.header()
                .destination()
                .map(d -> !d.inverted()
                        && to.low().equals(to.high())
                        && !d.value().contains(to.low()))
                .orElse(false);
        final boolean old = rule.matches().stream()
                .anyMatch(m -> m instanceof ConntrackMatch ct
                        && ct.states()
                                .filter(s -> !s.inverted()
                                        && !s.value().contains(ConntrackState.NEW)
                                        && !s.value().contains(ConntrackState.DNAT))
                                .isPresent());
        return rule.target() instanceof Target.Accept && !elsewhere && !old;
    }

    private static void snat(final Rule rule, final NatRange range, final HostSettings host, final Findings findings) {
        range.addresses()
                .filter(a -> a.low().equals(a.high()) && !host.hasAddress(a.low()) && !host.hasDynamicInterface())
                .ifPresent(a -> findings.add(
                        rule,
                        Diagnostic.of(
                                        Code.FLOW_SNAT_FOREIGN,
                                        rule.origin().target(),
                                        "no interface has the address " + a.low())
                                .note("answers come back only if somebody routes that address to this host")));
    }

    private static void invalid(
            final Ruleset ruleset, final Rule rule, final HostSettings host, final Findings findings) {
        if (!host.forwards(ruleset.family())) {
            return;
        }
        final List<Rule> forward = ruleset.tables().stream()
                .filter(t -> t.table() == Table.FILTER || t.table() == Table.MANGLE)
                .flatMap(t -> new ChainGraph(t).rulesAt(Hook.FORWARD).stream())
                .toList();
        final boolean dropped = forward.stream()
                .anyMatch(r -> (r.target() instanceof Target.Drop || r.target() instanceof Target.Reject)
                        && r.matches().stream().anyMatch(NatPass::asksForInvalid));
        final boolean policyDrops = ruleset.table(Table.FILTER)
                .flatMap(t -> t.chainAt(Hook.FORWARD))
                .map(c -> !c.policyAccepts())
                .orElse(false);
        final boolean accepts = forward.stream()
                .anyMatch(r -> r.target() instanceof Target.Accept
                        && r.matches().stream().noneMatch(m -> m instanceof ConntrackMatch));
        if (!dropped && (!policyDrops || accepts)) {
            findings.add(
                    rule,
                    Diagnostic.of(
                                    Code.FLOW_INVALID_MASQUERADED,
                                    rule.origin().target(),
                                    "invalid packets are forwarded without this translation")
                            .note("`drop ct invalid` in `filter forward` keeps them in"));
        }
    }

    private static boolean asksForInvalid(final Match match) {
        return match instanceof ConntrackMatch ct
                && ct.states()
                        .filter(s -> s.inverted() != s.value().contains(ConntrackState.INVALID))
                        .isPresent();
    }
}
