// SPDX-License-Identifier: Apache-2.0
package io.nfl.eval;

import io.nfl.api.classify.Classifier;
import io.nfl.api.classify.RuleLayout.ChainLayout;
import io.nfl.api.classify.RuleState;
import io.nfl.api.classify.Targets;
import io.nfl.api.net.Hook;
import io.nfl.api.net.Table;
import io.nfl.api.net.Verdict;
import io.nfl.api.packet.PacketView;
import io.nfl.check.RequiredHooks;
import io.nfl.ir.Chain;
import io.nfl.ir.ChainCalls;
import io.nfl.ir.Match;
import io.nfl.ir.Rule;
import io.nfl.ir.RuleNumbers;
import io.nfl.ir.RuleOrigin.HeaderPart;
import io.nfl.ir.Ruleset;
import io.nfl.ir.TableRules;
import io.nfl.ir.Target;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The rule lists walked rule by rule, as {@code ipt_do_table} and {@code ip6t_do_table} walk them
 * (net/ipv4/netfilter/ip_tables.c, net/ipv6/netfilter/ip6_tables.c). It is the definition that all else is held to:
 * plain and slow.
 */
public final class Evaluator extends Classifier {
    private final Map<Table, Map<String, NumberedChain>> chains;
    private final Map<Table, Integer> jumpStackSizes;
    private final MissWatcher watcher;
    private int failed;

    /** A chain with the number of its first rule and of its first state. */
    private record NumberedChain(Chain chain, int firstRule, int firstState) {
        int tail() {
            return firstRule + chain.rules().size();
        }
    }

    /** A rule of a chain: its index, and the index of the first state of its matches. */
    private record Place(NumberedChain chain, int rule, int state) {
        Place next() {
            return new Place(
                    chain, rule + 1, state + statesOf(chain.chain().rules().get(rule)));
        }

        static Place head(final NumberedChain chain) {
            return new Place(chain, 0, chain.firstState());
        }
    }

    private Evaluator(final Ruleset ruleset, final RuleNumbers numbers, final MissWatcher watcher) {
        super(numbers.layout(), numbers.tables(), RequiredHooks.of(ruleset), numbers.states());
        this.watcher = watcher;
        chains = new EnumMap<>(Table.class);
        jumpStackSizes = new EnumMap<>(Table.class);
        final List<ChainLayout> layouts = numbers.layout().chains();
        int nextChain = 0;
        int nextState = 0;
        for (final TableRules table : ruleset.tables()) {
            final Map<String, NumberedChain> byName = new HashMap<>();
            int userChains = 0;
            for (final Chain chain : table.chains()) {
                final int firstRule = layouts.get(nextChain++).firstRule();
                byName.put(chain.name(), new NumberedChain(chain, firstRule, nextState));
                userChains += chain.hook().isPresent() ? 0 : 1;
                for (final Rule rule : chain.rules()) {
                    nextState += statesOf(rule);
                }
            }
            chains.put(table.table(), byName);
            jumpStackSizes.put(table.table(), userChains);
        }
    }

    public static Evaluator of(final Ruleset ruleset) {
        return of(ruleset, (rule, match, packet) -> {});
    }

    /** One that tells which rules did not hold, and why. */
    public static Evaluator of(final Ruleset ruleset, final MissWatcher watcher) {
        return new Evaluator(ruleset, RuleNumbers.of(ruleset), watcher);
    }

    private static int statesOf(final Rule rule) {
        int states = 0;
        for (final Match match : rule.matches()) {
            states += match instanceof Match.Stateful ? 1 : 0;
        }
        return states;
    }

    /** The part of a rule's header that is the first to fail for a packet; a header that holds has none. */
    public static Optional<HeaderPart> failing(final Rule rule, final PacketView packet) {
        return HeaderTest.failing(rule.header(), packet);
    }

    @Override
    public int classify(final Table table, final Hook hook, final PacketView packet, final Targets targets) {
        final Map<String, NumberedChain> byName = chains.getOrDefault(table, Map.of());
        final NumberedChain base = Optional.ofNullable(byName.get(hook.name()))
                .orElseThrow(() -> new IllegalArgumentException("no chain in " + table.label() + " at " + hook));
        final TargetAction action = new TargetAction(targets);
        final Deque<Place> jumpStack = new ArrayDeque<>();
        Place at = Place.head(base);
        while (true) {
            if (at.rule() == at.chain().chain().rules().size()) {
                count(at.chain().tail(), packet);
                if (at.chain().chain().hook().isPresent()) {
                    return at.chain().chain().policyAccepts() ? Verdict.ACCEPT : Verdict.DROP;
                }
                at = jumpStack.isEmpty() ? underflow(base) : jumpStack.pop().next();
                continue;
            }
            final Rule rule = at.chain().chain().rules().get(at.rule());
            final int matched = test(rule, at.state(), packet);
            if (matched != RuleState.HIT) {
                watcher.missed(at.chain().firstRule() + at.rule(), failed, packet);
            }
            if (matched == RuleState.HOTDROP) {
                return Verdict.HOTDROP;
            }
            if (matched == RuleState.MISS) {
                at = at.next();
                continue;
            }
            count(at.chain().firstRule() + at.rule(), packet);
            final Optional<String> callee = ChainCalls.callee(rule.target());
            if (callee.isPresent()) {
                if (rule.target() instanceof Target.Jump) {
                    if (jumpStack.size() >= jumpStackSizes.getOrDefault(table, 0)) {
                        return Verdict.DROP;
                    }
                    jumpStack.push(at);
                }
                at = Place.head(called(byName, callee.get()));
            } else if (rule.target() instanceof Target.Return) {
                at = jumpStack.isEmpty() ? underflow(base) : jumpStack.pop().next();
            } else {
                final int verdict = rule.target().accept(action);
                if (verdict != Verdict.CONTINUE) {
                    return verdict;
                }
                at = at.next();
            }
        }
    }

    /** The hidden last rule of the built-in chain: its policy. */
    private static Place underflow(final NumberedChain base) {
        return new Place(base, base.chain().rules().size(), 0);
    }

    private static NumberedChain called(final Map<String, NumberedChain> byName, final String name) {
        return Optional.ofNullable(byName.get(name))
                .orElseThrow(() -> new IllegalStateException("TableRules let a jump to " + name + " pass"));
    }

    /** Header, then matches left to right; stops at the first that fails, so that later states stay untouched. */
    private int test(final Rule rule, final int firstState, final PacketView packet) {
        int result = HeaderTest.test(rule.header(), packet);
        int state = firstState;
        failed = MissWatcher.HEADER;
        for (final Match match : rule.matches()) {
            if (result != RuleState.HIT) {
                break;
            }
            failed++;
            if (match instanceof Match.Stateful) {
                result = states[state++].test(packet);
            } else {
                result = match.accept(new MatchTest(packet));
            }
        }
        return result;
    }
}
