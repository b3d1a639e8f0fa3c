// SPDX-License-Identifier: Apache-2.0
package io.nfl.diag;

import java.util.List;
import java.util.Optional;

/** What a step could make, and what it found. The value is present whenever no diagnostic is an error. */
public record Result<T>(Optional<T> value, List<Diagnostic> diagnostics) {
    public Result {
        diagnostics = List.copyOf(diagnostics);
        if (value.isEmpty() && diagnostics.stream().noneMatch(Diagnostic::isError)) {
            throw new IllegalArgumentException("neither a value nor an error");
        }
    }

    public static <T> Result<T> of(final T value, final List<Diagnostic> diagnostics) {
        return new Result<>(Optional.of(value), diagnostics);
    }

    public static <T> Result<T> failed(final List<Diagnostic> diagnostics) {
        return new Result<>(Optional.empty(), diagnostics);
    }
}
