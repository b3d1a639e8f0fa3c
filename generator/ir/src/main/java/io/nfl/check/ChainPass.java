// SPDX-License-Identifier: Apache-2.0
package io.nfl.check;

import io.nfl.diag.Code;
import io.nfl.diag.Diagnostic;
import io.nfl.diag.Note;
import io.nfl.diag.Span;
import io.nfl.ir.Chain;
import io.nfl.ir.Policy;
import io.nfl.ir.Ruleset;
import io.nfl.ir.TableRules;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Cycles of chains, and chains that no hook leads to. */
final class ChainPass implements Pass {
    /** One less than NFT_JUMP_STACK_SIZE, for the hook's own chain; iptables-legacy has no limit. */
    private static final int DEEPEST = 15;

    private record Frame(Chain chain, Iterator<ChainGraph.Call> calls) {}

    @Override
    public void run(final Policy policy, final Findings findings) {
        final Map<Span, Chain> unreached = new HashMap<>();
        final Set<Span> reached = new HashSet<>();
        for (final Ruleset ruleset : policy.rulesets()) {
            for (final TableRules table : ruleset.tables()) {
                if (!cycles(table, findings)) {
                    depth(table, findings);
                }
                final ChainGraph graph = new ChainGraph(table);
                for (final Chain chain : table.chains()) {
                    if (chain.hook().isEmpty() && graph.reaches(chain).isEmpty()) {
                        unreached.put(chain.span(), chain);
                    } else {
                        reached.add(chain.span());
                    }
                }
            }
        }
        unreached.keySet().removeAll(reached);
        unreached.remove(Span.NONE);
        unreached.forEach((span, chain) -> findings.add(
                Diagnostic.of(Code.FLOW_CHAIN_UNREACHED, span, "nothing reaches chain `" + chain.name() + "`")));
    }

    /** Depth first with a stack of its own: a policy may nest as deeply as it likes. */
    private static boolean cycles(final TableRules table, final Findings findings) {
        boolean found = false;
        final Map<String, Chain> chains = new HashMap<>();
        table.chains().forEach(c -> chains.put(c.name(), c));
        final Set<String> done = new HashSet<>();
        for (final Chain start : table.chains()) {
            final Deque<Frame> stack = new ArrayDeque<>();
            final List<ChainGraph.Call> path = new ArrayList<>();
            final Set<String> onPath = new HashSet<>();
            if (done.add(start.name())) {
                onPath.add(start.name());
                stack.push(new Frame(start, ChainGraph.calls(start).iterator()));
            }
            while (!stack.isEmpty()) {
                final Frame frame = stack.element();
                if (!frame.calls().hasNext()) {
                    stack.pop();
                    onPath.remove(frame.chain().name());
                    if (!path.isEmpty()) {
                        path.remove(path.size() - 1);
                    }
                    continue;
                }
                final ChainGraph.Call call = frame.calls().next();
                if (onPath.contains(call.to())) {
                    findings.add(cycle(path, call));
                    found = true;
                } else if (done.add(call.to())) {
                    final Optional<Chain> next = Optional.ofNullable(chains.get(call.to()));
                    next.ifPresent(c -> {
                        path.add(call);
                        onPath.add(c.name());
                        stack.push(new Frame(c, ChainGraph.calls(c).iterator()));
                    });
                }
            }
        }
        return found;
    }

    /** Level by level: what the deepest chains that are taken call is too deep. */
    private static void depth(final TableRules table, final Findings findings) {
        final Map<String, Chain> chains = new HashMap<>();
        table.chains().forEach(c -> chains.put(c.name(), c));
        Map<String, Chain> level = new LinkedHashMap<>();
        for (final Chain chain : table.chains()) {
            if (chain.hook().isPresent()) {
                level.put(chain.name(), chain);
            }
        }
        for (int depth = 0; depth <= DEEPEST && !level.isEmpty(); depth++) {
            final Map<String, Chain> next = new LinkedHashMap<>();
            for (final Chain chain : level.values()) {
                for (final ChainGraph.Call call : ChainGraph.calls(chain)) {
                    if (depth == DEEPEST) {
                        findings.add(tooDeep(call));
                    } else {
                        Optional.ofNullable(chains.get(call.to())).ifPresent(c -> next.put(c.name(), c));
                    }
                }
            }
            level = next;
        }
    }

    private static Diagnostic tooDeep(final ChainGraph.Call call) {
        return Diagnostic.of(
                        Code.FLOW_CHAIN_DEPTH,
                        call.rule().origin().target(),
                        "chain `" + call.to() + "` would stand " + (DEEPEST + 1) + " calls deep")
                .note("the nft back end takes chains " + DEEPEST + " deep, those counted that a rule is made of");
    }

    private static Diagnostic cycle(final List<ChainGraph.Call> path, final ChainGraph.Call last) {
        Diagnostic found = Diagnostic.of(
                Code.FLOW_CHAIN_CYCLE, last.rule().origin().target(), "chain `" + last.to() + "` leads back to itself");
        boolean inside = false;
        for (final ChainGraph.Call call : path) {
            inside |= call.from().name().equals(last.to());
            if (inside) {
                found = found.note(Note.at(
                        call.rule().origin().target(),
                        "`" + call.from().name() + "` leads to `" + call.to() + "` here"));
            }
        }
        return found.note("the kernel refuses a table whose chains form a loop");
    }
}
