// SPDX-License-Identifier: Apache-2.0
package io.nfl.check;

import io.nfl.diag.Code;
import io.nfl.diag.Diagnostic;
import io.nfl.diag.Span;
import io.nfl.ir.Rule;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the passes found. A written rule becomes several of iptables: one word at one place is kept once. */
final class Findings {
    private record Key(Code code, Span span, String message) {}

    private final Set<Key> seen = new HashSet<>();
    private final List<Diagnostic> diagnostics = new ArrayList<>();

    void add(final Diagnostic diagnostic) {
        if (seen.add(new Key(diagnostic.code(), diagnostic.span(), diagnostic.message()))) {
            diagnostics.add(diagnostic);
        }
    }

    /** Unless the rule waives it. An error is waived by the pass that knows whether the kernel would take it. */
    void add(final Rule rule, final Diagnostic diagnostic) {
        if (diagnostic.isError()
                || !rule.origin().allowed().contains(diagnostic.code().id())) {
            add(diagnostic);
        }
    }

    List<Diagnostic> sorted() {
        return diagnostics.stream().sorted().toList();
    }
}
