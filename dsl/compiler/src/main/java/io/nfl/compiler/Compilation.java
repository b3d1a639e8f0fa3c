// SPDX-License-Identifier: Apache-2.0
package io.nfl.compiler;

import io.nfl.diag.Diagnostic;
import io.nfl.ir.Policy;
import java.util.List;
import java.util.Optional;

/**
 * What compiling gave.
 *
 * @param policy present whenever no diagnostic is an error
 * @param diagnostics sorted, each once
 * @param expansions what the publish declarations stand for, as NFL
 */
public record Compilation(Optional<Policy> policy, List<Diagnostic> diagnostics, List<String> expansions) {
    public Compilation {
        diagnostics = List.copyOf(diagnostics);
        expansions = List.copyOf(expansions);
    }

    public boolean hasErrors() {
        return diagnostics.stream().anyMatch(Diagnostic::isError);
    }
}
