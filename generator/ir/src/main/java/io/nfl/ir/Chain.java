// SPDX-License-Identifier: Apache-2.0
package io.nfl.ir;

import io.nfl.api.net.Hook;
import io.nfl.diag.Span;
import java.util.List;
import java.util.Optional;

/**
 * A chain of a table.
 *
 * @param name at most 28 characters; a built-in chain has its hook's name
 * @param hook present for a built-in chain
 * @param policyAccepts a built-in chain's policy: ACCEPT, or else DROP
 */
public record Chain(Span span, String name, Optional<Hook> hook, boolean policyAccepts, List<Rule> rules) {
    public static final int MAX_NAME_LENGTH = 28;

    public Chain {
        rules = List.copyOf(rules);
        if (name.isEmpty() || name.length() > MAX_NAME_LENGTH) {
            throw new IllegalArgumentException("chain name `" + name + "`");
        }
        if (hook.isPresent() && !hook.get().name().equals(name)) {
            throw new IllegalArgumentException("built-in chain " + name + " at " + hook.get());
        }
        if (hook.isEmpty() && !policyAccepts) {
            throw new IllegalArgumentException("user chain " + name + " with a policy");
        }
    }

    public static Chain builtIn(final Hook hook, final boolean policyAccepts, final List<Rule> rules) {
        return new Chain(Span.NONE, hook.name(), Optional.of(hook), policyAccepts, rules);
    }

    public static Chain user(final Span span, final String name, final List<Rule> rules) {
        return new Chain(span, name, Optional.empty(), true, rules);
    }
}
