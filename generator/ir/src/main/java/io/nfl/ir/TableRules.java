// SPDX-License-Identifier: Apache-2.0
package io.nfl.ir;

import io.nfl.api.net.Hook;
import io.nfl.api.net.Table;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A table with all its chains: one built-in chain for each of its hooks, in the hooks' order, then the user chains.
 * Every
 * jump leads to a user chain of the same table.
 */
public record TableRules(Table table, List<Chain> chains) {
    public TableRules {
        chains = List.copyOf(chains);
        final Set<String> names = new HashSet<>();
        for (final Chain chain : chains) {
            if (!names.add(chain.name())) {
                throw new IllegalArgumentException("chain " + chain.name() + " stands twice in " + table.label());
            }
        }
        final List<Hook> hooks = chains.stream().flatMap(c -> c.hook().stream()).toList();
        if (!hooks.equals(List.copyOf(table.hooks()))) {
            throw new IllegalArgumentException("built-in chains of " + table.label() + ": " + hooks);
        }
        for (final Chain chain : chains) {
            for (final Rule rule : chain.rules()) {
                ChainCalls.callee(rule.target()).ifPresent(name -> requireUserChain(names, name));
            }
        }
    }

    private static void requireUserChain(final Set<String> names, final String name) {
        if (!names.contains(name) || isHook(name)) {
            throw new IllegalArgumentException("no user chain " + name);
        }
    }

    private static boolean isHook(final String name) {
        for (final Hook hook : Hook.values()) {
            if (hook.name().equals(name)) {
                return true;
            }
        }
        return false;
    }

    public Optional<Chain> chain(final String name) {
        return chains.stream().filter(c -> c.name().equals(name)).findFirst();
    }

    public Optional<Chain> chainAt(final Hook hook) {
        return chains.stream().filter(c -> c.hook().equals(Optional.of(hook))).findFirst();
    }
}
