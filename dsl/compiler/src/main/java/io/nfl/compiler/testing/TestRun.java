// SPDX-License-Identifier: Apache-2.0
package io.nfl.compiler.testing;

import io.nfl.api.classify.Classifier;
import io.nfl.api.net.Family;
import io.nfl.diag.Diagnostic;
import io.nfl.ir.test.TestCase;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A test that was run in the engine.
 *
 * @param events as far as it came: a test ends with its first failure
 * @param failure absent where all came as expected
 * @param classifiers with the counters at the end
 */
public record TestRun(
        TestCase test, List<PlayedEvent> events, Optional<Diagnostic> failure, Map<Family, Classifier> classifiers) {
    public TestRun {
        events = List.copyOf(events);
        classifiers = Map.copyOf(classifiers);
    }

    public boolean passed() {
        return failure.isEmpty();
    }
}
