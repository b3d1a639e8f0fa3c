// SPDX-License-Identifier: Apache-2.0
package io.nfl.kernel;

import io.nfl.diag.Diagnostic;
import java.util.Optional;

/** Why a test failed on a kernel, in lines. */
public final class VerdictText {
    private static final int MOST_DIFFERENCES = 8;

    private VerdictText() {}

    /** Empty for a test that passed. */
    public static String of(final KernelVerdict verdict) {
        final StringBuilder text = new StringBuilder();
        verdict.refused()
                .ifPresent(words ->
                        text.append("the kernel refused: ").append(words).append('\n'));
        judgements(text, verdict);
        verdict.differences().stream()
                .limit(MOST_DIFFERENCES)
                .forEach(difference -> text.append(difference.text()).append('\n'));
        if (verdict.differences().size() > MOST_DIFFERENCES) {
            text.append("and ")
                    .append(verdict.differences().size() - MOST_DIFFERENCES)
                    .append(" more differences\n");
        }
        verdict.story().forEach(line -> text.append(line).append('\n'));
        return text.toString();
    }

    /** How the test itself ended on both sides. */
    private static void judgements(final StringBuilder text, final KernelVerdict verdict) {
        if (verdict.refused().isPresent() || verdict.passed()) {
            return;
        }
        final String kernel = "kernel (" + KernelAccess.name(verdict.backEnd()) + ")";
        final Optional<Diagnostic> theirs = verdict.failure();
        final Optional<Diagnostic> ours = verdict.jvmFailure();
        if (theirs.isEmpty() && ours.isEmpty()) {
            text.append("JVM and ").append(kernel).append(" pass, but differ in what the test does not ask for\n");
        } else if (theirs.isEmpty()) {
            failure(text, kernel + " passes, JVM fails", ours.orElseThrow());
        } else if (ours.isEmpty()) {
            failure(text, "JVM passes, " + kernel + " fails", theirs.orElseThrow());
        } else if (theirs.equals(ours)) {
            failure(text, "JVM and " + kernel + " fail", theirs.orElseThrow());
        } else {
            failure(text, "JVM fails", ours.orElseThrow());
            failure(text, kernel + " fails", theirs.orElseThrow());
        }
    }

    private static void failure(final StringBuilder text, final String who, final Diagnostic failure) {
        text.append(who)
                .append(": ")
                .append(failure.span())
                .append(": ")
                .append(failure.message())
                .append('\n');
        failure.notes().forEach(note -> text.append("  ").append(note.text()).append('\n'));
    }
}
