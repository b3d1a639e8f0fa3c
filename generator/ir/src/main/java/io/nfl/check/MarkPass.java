// SPDX-License-Identifier: Apache-2.0
package io.nfl.check;

import io.nfl.api.host.RoutingRule;
import io.nfl.api.net.Family;
import io.nfl.api.net.Hook;
import io.nfl.api.net.Table;
import io.nfl.diag.Code;
import io.nfl.diag.Diagnostic;
import io.nfl.diag.Span;
import io.nfl.ir.Chain;
import io.nfl.ir.Declared;
import io.nfl.ir.Match;
import io.nfl.ir.Policy;
import io.nfl.ir.Rule;
import io.nfl.ir.RuleOrigin.HeaderPart;
import io.nfl.ir.Ruleset;
import io.nfl.ir.TableRules;
import io.nfl.ir.Target;
import java.util.List;
import java.util.Optional;

/** Marks that are set where no routing rule reads them, and what routing by mark does to other tests. */
final class MarkPass implements Pass {
    @Override
    public void run(final Policy policy, final Findings findings) {
        for (final Ruleset ruleset : policy.rulesets()) {
            final boolean routed = routingMask(policy, ruleset.family()) != 0;
            final boolean rerouted = reroutes(ruleset, routed, routedByTos(policy, ruleset.family()));
            for (final TableRules table : ruleset.tables()) {
                final ChainGraph graph = new ChainGraph(table);
                for (final Chain chain : table.chains()) {
                    for (final Rule rule : chain.rules()) {
                        final List<ChainGraph.Reach> places = graph.places(chain, rule);
                        unrouted(policy, ruleset, table.table(), rule, places, findings);
                        if (rerouted && places.stream().anyMatch(p -> p.hook() == Hook.OUTPUT)) {
                            outBefore(rule, findings);
                        }
                    }
                }
            }
        }
        reversePath(policy, findings);
    }

    private static int routingMask(final Policy policy, final Family family) {
        return policy.routingRules().stream()
                .map(Declared::value)
                .filter(r -> r.family() == family)
                .mapToInt(RoutingRule::markMask)
                .reduce(0, (a, b) -> a | b);
    }

    private static boolean routedByTos(final Policy policy, final Family family) {
        return policy.routingRules().stream().map(Declared::value).anyMatch(r -> r.family() == family && r.tos() != 0);
    }

    /** What net/ipv4/netfilter/iptable_mangle.c compares at output, where a routing rule asks for it. */
    private static boolean reroutes(final Ruleset ruleset, final boolean marksRoute, final boolean tosRoutes) {
        final boolean fields = rulesAtOutput(ruleset, Table.MANGLE)
                .anyMatch(t -> marksRoute && (t instanceof Target.Mark || t instanceof Target.RestoreMark)
                        || tosRoutes && (t instanceof Target.Tos || t instanceof Target.Dscp));
        return fields
                || rulesAtOutput(ruleset, Table.NAT)
                        .anyMatch(t -> t instanceof Target.Dnat || t instanceof Target.Redirect);
    }

    private static java.util.stream.Stream<Target> rulesAtOutput(final Ruleset ruleset, final Table table) {
        return ruleset.table(table).stream()
                .flatMap(t -> new ChainGraph(t).rulesAt(Hook.OUTPUT).stream())
                .map(Rule::target);
    }

    private static void outBefore(final Rule rule, final Findings findings) {
        if (rule.header().out().isPresent()) {
            findings.add(
                    rule,
                    Diagnostic.of(
                                    Code.FLOW_OUT_BEFORE_REROUTE,
                                    rule.origin().header(HeaderPart.OUT),
                                    "`out` at output is the interface before a mark, tos or dnat routes again")
                            .note("`out` in `mangle postrouting` is the interface that the packet leaves by"));
        }
    }

    private static void unrouted(
            final Policy policy,
            final Ruleset ruleset,
            final Table table,
            final Rule rule,
            final List<ChainGraph.Reach> places,
            final Findings findings) {
        if (!(rule.target() instanceof Target.Mark mark) || places.isEmpty()) {
            return;
        }
        final boolean seen = places.stream().anyMatch(p -> routes(table, p.hook()));
        final boolean forRouting = (routingMask(policy, ruleset.family()) & mark.mask()) != 0;
        if (!seen && forRouting && !readElsewhere(ruleset, mark.mask())) {
            findings.add(
                    rule,
                    Diagnostic.of(
                                    Code.FLOW_MARK_UNROUTED,
                                    rule.origin().target(),
                                    "only routing rules read this mark, and it is set where nothing is routed after")
                            .note("set it in `mark prerouting` or `mark output`"));
        }
    }

    /** Where a mark is set before a routing decision (net/ipv4/netfilter/iptable_mangle.c routes again at output). */
    private static boolean routes(final Table table, final Hook hook) {
        return hook == Hook.PREROUTING || hook == Hook.OUTPUT && table == Table.MANGLE;
    }

    private static boolean readElsewhere(final Ruleset ruleset, final int mask) {
        return ruleset.tables().stream()
                .flatMap(t -> t.chains().stream())
                .flatMap(c -> c.rules().stream())
                .anyMatch(r -> r.target() instanceof Target.SaveMark
                        || r.matches().stream()
                                .anyMatch(m -> m instanceof Match.Mark mark && (mark.mask() & mask) != 0));
    }

    private static void reversePath(final Policy policy, final Findings findings) {
        final HostSettings host = new HostSettings(policy);
        final Optional<Span> byMark = policy.routingRules().stream()
                .filter(r -> r.value().family() == Family.IPV4 && r.value().markMask() != 0)
                .map(Declared::span)
                .findFirst();
        if (byMark.isPresent()
                && host.anyIpv4Setting("rp_filter", "1")
                && !host.anyIpv4Setting("src_valid_mark", "1")) {
            findings.add(Diagnostic.of(
                            Code.FLOW_RP_FILTER_MARK, byMark.get(), "strict rp-filter asks for the way back unmarked")
                    .note("`option src-valid-mark on` lets it ask with the mark; `rp-filter loose` accepts any way"));
        }
    }
}
