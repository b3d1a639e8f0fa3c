// SPDX-License-Identifier: Apache-2.0
package io.nfl.check;

import io.nfl.api.net.AddressMask;
import io.nfl.api.net.AddressType;
import io.nfl.api.net.Family;
import io.nfl.api.net.Hook;
import io.nfl.api.net.IpAddress;
import io.nfl.api.net.Prefix;
import io.nfl.api.net.Table;
import io.nfl.diag.Code;
import io.nfl.diag.Diagnostic;
import io.nfl.ir.Chain;
import io.nfl.ir.Match;
import io.nfl.ir.Policy;
import io.nfl.ir.Rule;
import io.nfl.ir.Ruleset;
import io.nfl.ir.TableRules;
import io.nfl.ir.Target;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What this host sends to itself on 127.0.0.0/8 has a source there too. After a dnat to elsewhere it leaves only by a
 * device with route_localnet (net/ipv4/route.c, {@code __mkroute_output}), and gets answers only under a new source.
 */
final class LoopbackDnatPass implements Pass {
    private static final AddressMask LOOPBACK = AddressMask.of(new Prefix(IpAddress.parse("127.0.0.0"), 8));

    @Override
    public void run(final Policy policy, final Findings findings) {
        final HostSettings host = new HostSettings(policy);
        for (final Ruleset ruleset : policy.rulesets()) {
            if (ruleset.family() != Family.IPV4) {
                continue;
            }
            ruleset.table(Table.NAT).ifPresent(nat -> {
                final ChainGraph graph = new ChainGraph(nat);
                for (final Chain chain : graph.reachedFrom(Hook.OUTPUT)) {
                    for (final Rule rule : chain.rules()) {
                        if (rule.target() instanceof Target.Dnat dnat && fromLoopback(graph, chain, rule)) {
                            dnat.range()
                                    .addresses()
                                    .filter(a -> !LOOPBACK.contains(a.low()) && !host.hasAddress(a.low()))
                                    .ifPresent(a -> elsewhere(rule, a.low(), nat, host, findings));
                        }
                    }
                }
            });
        }
    }

    /**
     * Whether the rule, or one that leads to it from output, asks for 127.0.0.0/8 or for any local address, and none of
     * the chains on the way lets go of 127.0.0.0/8 before.
     */
    private static boolean fromLoopback(final ChainGraph graph, final Chain chain, final Rule rule) {
        return graph.places(chain, rule).stream()
                .filter(p -> p.hook() == Hook.OUTPUT)
                .map(p -> Stream.concat(p.path().stream(), Stream.of(new ChainGraph.Call(chain, rule, ""))))
                .map(Stream::toList)
                .anyMatch(way -> way.stream().anyMatch(step -> asksForLoopback(step.rule()))
                        && way.stream().noneMatch(LoopbackDnatPass::letsGoBefore));
    }

    private static boolean letsGoBefore(final ChainGraph.Call step) {
        return step.from().rules().stream()
                .takeWhile(r -> !r.equals(step.rule()))
                .filter(r -> r.matches().isEmpty())
                .filter(r -> r.target() instanceof Target.Return || r.target() instanceof Target.Accept)
                .anyMatch(r -> r.header()
                        .destination()
                        .filter(d -> !d.inverted() && Implication.within(LOOPBACK, d.value()))
                        .isPresent());
    }

    private static boolean asksForLoopback(final Rule rule) {
        final boolean named = rule.header()
                .destination()
                .filter(d -> !d.inverted() && Implication.within(d.value(), LOOPBACK))
                .isPresent();
        final boolean local = rule.matches().stream()
                .anyMatch(m -> m instanceof Match.AddrType type
                        && type.destination()
                                .filter(t -> !t.inverted() && t.value().contains(AddressType.LOCAL))
                                .isPresent());
        return named || local && rule.header().destination().isEmpty();
    }

    private static void elsewhere(
            final Rule rule,
            final IpAddress server,
            final TableRules nat,
            final HostSettings host,
            final Findings findings) {
        final boolean routed = host.anyIpv4Setting("route_localnet", "1");
        final boolean renamed = new ChainGraph(nat)
                .rulesAt(Hook.POSTROUTING).stream().anyMatch(r -> givesSource(r, server, host.deviceTowards(server)));
        if (routed && renamed) {
            return;
        }
        Diagnostic found = Diagnostic.of(
                Code.FLOW_DNAT_FROM_LOOPBACK,
                rule.origin().target(),
                "packets from 127.0.0.0/8 do not come to " + server + " like this");
        if (!routed) {
            found = found.note(
                    "routing sends nothing from 127.0.0.0/8 to other hosts: `option route-localnet on`, or for the"
                            + " interface towards the server");
        }
        if (!renamed) {
            found = found.note("the server cannot answer 127.0.0.1: `masquerade … from 127.0.0.0/8` in"
                    + " `nat postrouting` gives a source that it can");
        }
        findings.add(rule, found);
    }

    private static boolean givesSource(final Rule rule, final IpAddress server, final Optional<String> device) {
        final boolean source = rule.header()
                .source()
                .map(s -> !s.inverted() && !Implication.disjoint(s.value(), LOOPBACK)
                        || s.inverted() && !Implication.within(LOOPBACK, s.value()))
                .orElse(true);
        final boolean destination = rule.header()
                .destination()
                .map(d -> d.inverted() != d.value().contains(server))
                .orElse(true);
        final boolean out = rule.header()
                .out()
                .map(o -> device.map(name -> o.inverted() != o.value().matches(name))
                        .orElse(true))
                .orElse(true);
        final boolean gives = rule.target() instanceof Target.Masquerade
                || rule.target() instanceof Target.Snat
                || rule.target() instanceof Target.Jump
                || rule.target() instanceof Target.Goto;
        return gives && source && destination && out;
    }
}
