package io.nfl.compiler;

import io.nfl.diag.Diagnostic;
import io.nfl.ir.Policy;
import java.util.List;

/** The checks over the IR. */
final class PolicyChecks {
    private PolicyChecks() {}

    static List<Diagnostic> of(final Policy policy) {
        return List.of();
    }
}
