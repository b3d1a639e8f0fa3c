// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang.lower;

import io.nfl.api.net.Family;
import io.nfl.api.net.Hook;
import io.nfl.api.net.Table;
import io.nfl.diag.Span;
import io.nfl.ir.Chain;
import io.nfl.ir.Rule;
import io.nfl.ir.TableRules;
import io.nfl.lang.nfl.Block;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A table of one family in the making, with the user chains that its rules call. */
final class TableDraft {
    private final Table table;
    private final Family family;
    private final Map<String, ChainDraft> chains = new LinkedHashMap<>();
    private final Deque<String> wanted = new ArrayDeque<>();

    /** A chain in the making. */
    static final class ChainDraft {
        private final String name;
        private final Optional<Hook> hook;
        private final Span span;
        private final List<Rule> rules = new ArrayList<>();
        private boolean accepts = true;
        private int helpers;
        private Optional<Block> policyFrom = Optional.empty();
        private Optional<ChainDraft> rest = Optional.empty();

        private ChainDraft(final String name, final Optional<Hook> hook, final Span span) {
            this.name = name;
            this.hook = hook;
            this.span = span;
        }

        String name() {
            return name;
        }

        void add(final Rule rule) {
            if (rest.isPresent()) {
                rest.get().add(rule);
            } else {
                rules.add(rule);
            }
        }

        /** What is added from now on stands in another chain, which this one ends with. */
        void continueIn(final ChainDraft chain) {
            if (rest.isPresent()) {
                rest.get().continueIn(chain);
            } else {
                rest = Optional.of(chain);
            }
        }

        /** The first block that gave the chain a policy before this one. */
        Optional<Block> policyFrom(final Block block) {
            final Optional<Block> before = policyFrom;
            policyFrom = before.or(() -> Optional.of(block));
            return before;
        }

        void drops() {
            accepts = false;
        }
    }

    TableDraft(final Table table, final Family family) {
        this.table = table;
        this.family = family;
        for (final Hook hook : Hook.values()) {
            if (table.runsAt(hook)) {
                chains.put(hook.name(), new ChainDraft(hook.name(), Optional.of(hook), Span.NONE));
            }
        }
    }

    Family family() {
        return family;
    }

    /** The built-in chain; empty where the table has none at the hook. */
    Optional<ChainDraft> at(final Hook hook) {
        return Optional.ofNullable(chains.get(hook.name()));
    }

    /** A user chain to be filled. */
    ChainDraft open(final String name, final Span span) {
        return chains.computeIfAbsent(name, n -> new ChainDraft(n, Optional.empty(), span));
    }

    /** A chain of the compiler's own. The dot keeps its name apart from all that a policy can declare. */
    ChainDraft helper(final ChainDraft of, final Span span) {
        final String suffix = "." + ++of.helpers;
        final int room = Chain.MAX_NAME_LENGTH - suffix.length();
        final String stem = of.name.length() <= room ? of.name : of.name.substring(0, room);
        String name = stem + suffix;
        while (chains.containsKey(name)) {
            name = stem + "." + ++of.helpers;
        }
        return open(name, span);
    }

    /** A rule calls the chain. */
    void want(final String name) {
        if (!chains.containsKey(name) && !wanted.contains(name)) {
            wanted.add(name);
        }
    }

    /** The next called chain that is not there yet. */
    Optional<String> nextWanted() {
        return Optional.ofNullable(wanted.poll());
    }

    TableRules rules() {
        return new TableRules(
                table,
                chains.values().stream()
                        .map(each -> new Chain(each.span, each.name, each.hook, each.accepts, each.rules))
                        .toList());
    }
}
