// SPDX-License-Identifier: Apache-2.0
package io.nfl.kernel;

import io.nfl.api.host.KernelProfile.BackEnd;
import io.nfl.diag.Diagnostic;
import io.nfl.ir.test.TestCase;
import java.util.List;
import java.util.Optional;

/**
 * What came of a test on one back end.
 *
 * @param refused the kernel would not load the policy, or not do what the test asks: its own words
 * @param failure the kernel did something else than the test expects
 * @param jvmFailure the JVM did, with chance led the kernel's way
 * @param differences what the kernel did otherwise than the JVM
 * @param story both stories of the first event that differs, side by side, in lines
 * @param millis that it took
 */
public record KernelVerdict(
        TestCase test,
        BackEnd backEnd,
        Optional<String> refused,
        Optional<Diagnostic> failure,
        Optional<Diagnostic> jvmFailure,
        List<Difference> differences,
        List<String> story,
        long millis) {
    public KernelVerdict {
        differences = List.copyOf(differences);
        story = List.copyOf(story);
    }

    /** Whether the kernel did in all what the JVM did, as far as anything shows. */
    public boolean same() {
        return refused.isEmpty() && differences.isEmpty() && failure.isPresent() == jvmFailure.isPresent();
    }

    public boolean passed() {
        return refused.isEmpty() && failure.isEmpty() && jvmFailure.isEmpty() && differences.isEmpty();
    }
}
