// SPDX-License-Identifier: Apache-2.0
package io.nfl.kernel;

import io.nfl.diag.Diagnostic;

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
        verdict.failure().ifPresent(failure -> failure(text, failure));
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

    private static void failure(final StringBuilder text, final Diagnostic failure) {
        text.append(failure.span()).append(": ").append(failure.message()).append('\n');
        failure.notes().forEach(note -> text.append("  ").append(note).append('\n'));
    }
}
