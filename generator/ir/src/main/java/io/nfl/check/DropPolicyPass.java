// SPDX-License-Identifier: Apache-2.0
package io.nfl.check;

import io.nfl.api.net.ConntrackState;
import io.nfl.api.net.Family;
import io.nfl.api.net.Hook;
import io.nfl.api.net.IpProtocol;
import io.nfl.api.net.Table;
import io.nfl.diag.Code;
import io.nfl.diag.Diagnostic;
import io.nfl.diag.Fix;
import io.nfl.diag.Span;
import io.nfl.ir.Chain;
import io.nfl.ir.ConntrackMatch;
import io.nfl.ir.Match;
import io.nfl.ir.Policy;
import io.nfl.ir.Rule;
import io.nfl.ir.Ruleset;
import io.nfl.ir.TableRules;
import io.nfl.ir.Target;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What a dropping policy must let through, and rules that forwarding never feeds. */
final class DropPolicyPass implements Pass {
    private static final int NEIGHBOUR_SOLICITATION = 135;

    @Override
    public void run(final Policy policy, final Findings findings) {
        final HostSettings host = new HostSettings(policy);
        for (final Ruleset ruleset : policy.rulesets()) {
            ruleset.table(Table.FILTER).ifPresent(filter -> {
                final ChainGraph graph = new ChainGraph(filter);
                final boolean forwards = host.forwards(ruleset.family());
                for (final Hook hook : Table.FILTER.hooks()) {
                    filter.chainAt(hook)
                            .filter(c -> !c.policyAccepts() && !c.rules().isEmpty())
                            .ifPresent(c -> dropping(ruleset.family(), c, hook, graph, host, findings));
                }
                if (!forwards && !host.forwards(Family.IPV4) && !host.forwards(Family.IPV6)) {
                    forwardingOff(filter, findings);
                }
            });
        }
    }

    private static void dropping(
            final Family family,
            final Chain chain,
            final Hook hook,
            final ChainGraph graph,
            final HostSettings host,
            final Findings findings) {
        final List<Rule> rules = graph.rulesAt(hook);
        if (hook != Hook.FORWARD || host.forwards(family)) {
            established(chain, rules, findings);
        }
        if (family == Family.IPV6 && hook != Hook.FORWARD && host.speaks(Family.IPV6)) {
            neighbours(chain, graph.rulesMet(hook, DropPolicyPass::mayMatchNeighbours), findings);
        }
    }

    private static void established(final Chain chain, final List<Rule> rules, final Findings findings) {
        final boolean asked = rules.stream()
                .anyMatch(r -> r.target() instanceof Target.Accept
                        && r.matches().stream().anyMatch(DropPolicyPass::isEstablished));
        final boolean broad =
                rules.stream().anyMatch(r -> r.target() instanceof Target.Accept && Verdicts.matchesAll(r));
        if (!asked && !broad) {
            missing(chain, Code.FLOW_NO_ESTABLISHED, "drops the answers", "accept ct established, related", findings);
        }
    }

    private static boolean isEstablished(final Match match) {
        return match instanceof ConntrackMatch ct
                && (ct.states()
                                .filter(s -> s.inverted() != s.value().contains(ConntrackState.ESTABLISHED))
                                .isPresent()
                        || ct.replyDirection().isPresent());
    }

    private static void neighbours(final Chain chain, final List<Rule> rules, final Findings findings) {
        if (rules.stream().noneMatch(DropPolicyPass::mayAcceptNeighbours)) {
            missing(chain, Code.FLOW_NO_NDP, "drops neighbour discovery", "accept service ndp", findings);
        }
    }

    private static boolean mayAcceptNeighbours(final Rule rule) {
        return rule.target() instanceof Target.Accept && mayMatchNeighbours(rule);
    }

    private static boolean mayMatchNeighbours(final Rule rule) {
        final boolean protocol = rule.header()
                .protocol()
                .map(p -> p.inverted() != (p.value() == IpProtocol.IPV6_ICMP.number()))
                .orElse(true);
        final boolean loopback = Stream.of(rule.header().in(), rule.header().out())
                .flatMap(Optional::stream)
                .anyMatch(d -> !d.inverted() && d.value().name().equals("lo"));
        return protocol && !loopback && rule.matches().stream().allMatch(DropPolicyPass::mayBeNeighbour);
    }

    private static boolean mayBeNeighbour(final Match match) {
        if (match instanceof ConntrackMatch ct) {
            return ct.states()
                    .filter(s -> s.inverted() != s.value().contains(ConntrackState.UNTRACKED))
                    .isPresent();
        }
        if (match instanceof Match.Icmp icmp) {
            return icmp.inverted() != (icmp.type() == NEIGHBOUR_SOLICITATION);
        }
        return !(match instanceof Match.Tcp || match instanceof Match.Ports || match instanceof Match.Multiport);
    }

    private static void missing(
            final Chain chain, final Code code, final String what, final String rule, final Findings findings) {
        final Rule first = chain.rules().get(0);
        final Span at = chain.span().line() > 0 ? chain.span() : first.origin().rule();
        final String block = "filter " + chain.name().toLowerCase(Locale.ROOT);
        final Span before = first.origin().rule();
        findings.add(
                first,
                Diagnostic.of(code, at, "`" + block + "` with policy drop " + what)
                        .fix(Fix.replace(
                                "begin the block with `" + rule + "`",
                                new Span(before.file(), before.line(), before.column(), before.offset(), 0),
                                rule + "\n  ")));
    }

    private static void forwardingOff(final TableRules filter, final Findings findings) {
        filter.chainAt(Hook.FORWARD)
                .flatMap(c -> c.rules().stream().findFirst())
                .ifPresent(rule -> findings.add(
                        rule,
                        Diagnostic.of(
                                        Code.FLOW_FORWARDING_OFF,
                                        rule.origin().rule(),
                                        "no packet comes to `filter forward` while forwarding is off")
                                .note("`forwarding on` at the top of the policy lets this host forward")));
    }
}
