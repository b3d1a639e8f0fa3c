// SPDX-License-Identifier: Apache-2.0
package io.nfl.ir.test;

import io.nfl.diag.Span;
import java.util.List;

/** A {@code test} block. It starts from a freshly loaded policy: empty conntrack, full buckets, counters at zero. */
public record TestCase(Span span, String name, List<Step> steps) {
    public TestCase {
        steps = List.copyOf(steps);
    }
}
