// SPDX-License-Identifier: Apache-2.0
package io.nfl.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.nfl.api.classify.NatRange;
import io.nfl.api.net.AddressRange;
import io.nfl.api.net.Family;
import io.nfl.api.net.Hook;
import io.nfl.api.net.IpAddress;
import io.nfl.api.net.Table;
import io.nfl.diag.Code;
import io.nfl.diag.Diagnostic;
import io.nfl.diag.Span;
import io.nfl.ir.BlockKind;
import io.nfl.ir.Chain;
import io.nfl.ir.IpHeaderMatch;
import io.nfl.ir.Policy;
import io.nfl.ir.Rule;
import io.nfl.ir.RuleOrigin;
import io.nfl.ir.Ruleset;
import io.nfl.ir.TableRules;
import io.nfl.ir.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlacementTest {
    private static final Target SNAT =
            new Target.Snat(NatRange.to(new AddressRange(IpAddress.v4(1), IpAddress.v4(1)), Optional.empty()));

    private static Rule rule(int line, BlockKind block, Target target, String... allowed) {
        final Span span = new Span("p.nfl", line, 3, line * 40, 10);
        final RuleOrigin origin = new RuleOrigin(span, span, Map.of(), List.of(), Optional.of(block), Set.of(allowed));
        return Rule.of(origin, IpHeaderMatch.ANY, List.of(), target);
    }

    private static Policy policy(Table table, Hook at, List<Rule> rules, List<Chain> user) {
        final List<Chain> chains = new ArrayList<>();
        table.hooks().forEach(h -> chains.add(Chain.builtIn(h, true, h == at ? rules : List.of())));
        chains.addAll(user);
        final Ruleset ruleset = new Ruleset(Family.IPV4, List.of(new TableRules(table, chains)));
        return new Policy("p", List.of(), List.of(), List.of(), List.of(), List.of(ruleset), List.of());
    }

    private static List<Diagnostic> misplaced(Policy policy) {
        return Checks.run(policy).stream()
                .filter(d -> d.code() == Code.PLACEMENT_ACTION)
                .toList();
    }

    @Test
    void theLanguageNeverAdmitsWhatTheKernelRefuses() {
        for (final Placement.Word word : Placement.words()) {
            for (final Placement.Block block : word.where()) {
                assertThat(word.kernelTakes(new Placement.Place(block.kind().table(), block.hook()), false))
                        .as(word.word() + " in " + block)
                        .isTrue();
            }
        }
    }

    @Test
    void everyCellIsJudgedDirectAndThroughTwoChains() {
        final Placement.Word word = Placement.word("snat");
        for (final BlockKind kind : BlockKind.values()) {
            for (final Hook hook : kind.table().hooks()) {
                final boolean fine = word.where().contains(new Placement.Block(kind, hook));
                final Policy direct = policy(kind.table(), hook, List.of(rule(1, kind, SNAT)), List.of());
                assertThat(misplaced(direct)).as(kind + " " + hook).hasSize(fine ? 0 : 1);
                final Policy jumps = policy(
                        kind.table(),
                        hook,
                        List.of(rule(1, kind, new Target.Jump("a"))),
                        List.of(
                                Chain.user(
                                        new Span("p.nfl", 2, 1, 80, 1),
                                        "a",
                                        List.of(rule(3, kind, new Target.Jump("b")))),
                                Chain.user(new Span("p.nfl", 4, 1, 160, 1), "b", List.of(rule(5, kind, SNAT)))));
                final List<Diagnostic> found = misplaced(jumps);
                assertThat(found).hasSize(fine ? 0 : 1);
                if (!fine) {
                    assertThat(found.get(0).notes().get(0).span().map(Span::line))
                            .contains(1);
                    assertThat(found.get(0).notes().get(1).span().map(Span::line))
                            .contains(3);
                }
            }
        }
    }

    @Test
    void aWaiverLetsTheKernelsTruthStandAndNothingElse() {
        final Policy input =
                policy(Table.NAT, Hook.INPUT, List.of(rule(1, BlockKind.NAT, SNAT, "placement/action")), List.of());
        assertThat(Checks.run(input)).isEmpty();
        final Policy prerouting = policy(
                Table.NAT, Hook.PREROUTING, List.of(rule(1, BlockKind.NAT, SNAT, "placement/action")), List.of());
        assertThat(Checks.run(prerouting)).extracting(Diagnostic::code).containsExactly(Code.PLACEMENT_ACTION);
    }

    @Test
    void chainsThatCallEachOtherInACircleAreAnError() {
        final Policy cycle = policy(
                Table.FILTER,
                Hook.INPUT,
                List.of(),
                List.of(
                        Chain.user(
                                new Span("p.nfl", 2, 1, 80, 1),
                                "a",
                                List.of(rule(3, BlockKind.FILTER, new Target.Jump("b")))),
                        Chain.user(
                                new Span("p.nfl", 4, 1, 160, 1),
                                "b",
                                List.of(rule(5, BlockKind.FILTER, new Target.Goto("a"))))));
        assertThat(Checks.run(cycle))
                .extracting(Diagnostic::code)
                .containsExactlyInAnyOrder(Code.FLOW_CHAIN_CYCLE, Code.FLOW_CHAIN_UNREACHED, Code.FLOW_CHAIN_UNREACHED);
    }
}
