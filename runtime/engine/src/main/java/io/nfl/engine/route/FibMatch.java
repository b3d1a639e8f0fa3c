// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.route;

import org.jspecify.annotations.Nullable;

/** What a lookup found ({@code struct fib_result}). Reused. */
final class FibMatch {
    @Nullable
    FibEntry entry;
    /** Index of the next hop in the entry. */
    int hop;

    long rulePriority = -1;

    void clear() {
        entry = null;
        hop = 0;
        rulePriority = -1;
    }

    void set(final FibEntry newEntry, final int newHop) {
        entry = newEntry;
        hop = newHop;
    }

    void copy(final FibMatch other) {
        entry = other.entry;
        hop = other.hop;
        rulePriority = other.rulePriority;
    }

    FibEntry found() {
        final FibEntry found = entry;
        if (found == null) {
            throw new IllegalStateException("no route was found");
        }
        return found;
    }
}
