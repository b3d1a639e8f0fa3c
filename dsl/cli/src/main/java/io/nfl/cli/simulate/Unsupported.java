// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli.simulate;

import java.util.ArrayList;
import java.util.List;

/** What of a scenario is not supported; all of it is told, and nothing is run. NOT thread safe. */
final class Unsupported {
    private final List<String> reasons = new ArrayList<>();

    void add(final String reason) {
        if (!reasons.contains(reason)) {
            reasons.add(reason);
        }
    }

    boolean isEmpty() {
        return reasons.isEmpty();
    }

    List<String> reasons() {
        return List.copyOf(reasons);
    }
}
