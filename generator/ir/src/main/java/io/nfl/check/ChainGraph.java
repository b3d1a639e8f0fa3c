// SPDX-License-Identifier: Apache-2.0
package io.nfl.check;

import io.nfl.api.net.Hook;
import io.nfl.ir.BlockKind;
import io.nfl.ir.Chain;
import io.nfl.ir.ChainCalls;
import io.nfl.ir.Rule;
import io.nfl.ir.TableRules;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Who calls whom in a table, and from which blocks a chain is reached. */
final class ChainGraph {
    /**
     * A way from a block to a chain.
     *
     * @param block absent for rules read from iptables
     * @param path the calling rules, from the built-in chain on; empty in the built-in chain itself
     */
    record Reach(Optional<BlockKind> block, Hook hook, List<Call> path) {
        String blockText() {
            return block.map(b -> new Placement.Block(b, hook).toString()).orElse(hook.name());
        }
    }

    /** One jump or goto. */
    record Call(Chain from, Rule rule, String to) {}

    private record Context(Optional<BlockKind> block, Hook hook) {}

    private final TableRules table;
    private final Map<String, Chain> chains = new HashMap<>();
    private final Map<String, Map<Context, Reach>> reaches = new LinkedHashMap<>();

    ChainGraph(final TableRules table) {
        this.table = table;
        table.chains().forEach(c -> chains.put(c.name(), c));
        final Deque<Reach> open = new ArrayDeque<>();
        for (final Chain chain : table.chains()) {
            chain.hook()
                    .ifPresent(hook -> calls(chain)
                            .forEach(
                                    call -> visit(new Reach(call.rule().origin().block(), hook, List.of(call)), open)));
        }
        while (!open.isEmpty()) {
            final Reach reach = open.removeFirst();
            for (final Call call : calls(chain(reach))) {
                final List<Call> path = new ArrayList<>(reach.path());
                path.add(call);
                visit(new Reach(reach.block(), reach.hook(), path), open);
            }
        }
    }

    private Chain chain(final Reach reach) {
        return chain(reach.path().get(reach.path().size() - 1).to());
    }

    private Chain chain(final String name) {
        final Chain chain = chains.get(name);
        if (chain == null) {
            throw new IllegalStateException("no chain " + name);
        }
        return chain;
    }

    private void visit(final Reach reach, final Deque<Reach> open) {
        final Map<Context, Reach> known = reaches.computeIfAbsent(chain(reach).name(), n -> new LinkedHashMap<>());
        if (known.putIfAbsent(new Context(reach.block(), reach.hook()), reach) == null) {
            open.addLast(reach);
        }
    }

    static List<Call> calls(final Chain chain) {
        final List<Call> calls = new ArrayList<>();
        for (final Rule rule : chain.rules()) {
            ChainCalls.callee(rule.target()).ifPresent(to -> calls.add(new Call(chain, rule, to)));
        }
        return calls;
    }

    /** From where a user chain is reached; the shortest way for each block. */
    List<Reach> reaches(final Chain chain) {
        return List.copyOf(reaches.getOrDefault(chain.name(), Map.of()).values());
    }

    /** Every place that a rule of the chain stands at. */
    List<Reach> places(final Chain chain, final Rule rule) {
        return chain.hook()
                .map(hook -> List.of(new Reach(rule.origin().block(), hook, List.of())))
                .orElseGet(() -> reaches(chain));
    }

    /** The built-in chain at the hook and all chains that it reaches. */
    List<Chain> reachedFrom(final Hook hook) {
        return table.chains().stream()
                .filter(c -> c.hook().equals(Optional.of(hook))
                        || reaches(c).stream().anyMatch(r -> r.hook() == hook))
                .toList();
    }

    /** Their rules. */
    List<Rule> rulesAt(final Hook hook) {
        return reachedFrom(hook).stream().flatMap(c -> c.rules().stream()).toList();
    }

    /** The rules that packets meet at the hook, if they take jumps and gotos by rules of the given kind alone. */
    List<Rule> rulesMet(final Hook hook, final Predicate<Rule> taken) {
        final Map<String, Chain> met = new LinkedHashMap<>();
        final Deque<Chain> open = new ArrayDeque<>();
        table.chainAt(hook).ifPresent(open::add);
        while (!open.isEmpty()) {
            final Chain chain = open.removeFirst();
            if (met.putIfAbsent(chain.name(), chain) == null) {
                calls(chain).stream().filter(c -> taken.test(c.rule())).forEach(c -> open.addLast(chain(c.to())));
            }
        }
        return met.values().stream().flatMap(c -> c.rules().stream()).toList();
    }
}
