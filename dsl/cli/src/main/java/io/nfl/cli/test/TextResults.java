// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli.test;

import io.nfl.api.host.KernelProfile.BackEnd;
import io.nfl.compiler.testing.Coverage;
import io.nfl.compiler.testing.PlayedEvent;
import io.nfl.compiler.testing.TestRun;
import io.nfl.compiler.trace.Palette;
import io.nfl.compiler.trace.TraceText;
import io.nfl.diag.Diagnostic;
import io.nfl.diag.Span;
import io.nfl.diag.TextReport;
import io.nfl.kernel.KernelAccess;
import io.nfl.kernel.KernelVerdict;
import io.nfl.kernel.VerdictText;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** Results for people: failures with the packet's way, and a line for each policy. */
final class TextResults {
    private final PrintWriter out;
    private final boolean colours;
    private final boolean verbose;

    TextResults(final PrintWriter out, final boolean colours, final boolean verbose) {
        this.out = out;
        this.colours = colours;
        this.verbose = verbose;
    }

    void tell(final PolicyTests tests) {
        final Palette palette = Palette.of(colours);
        out.print(new TextReport(tests.sources(), colours).render(tests.diagnostics()));
        for (final PolicyTests.Result result : tests.results()) {
            if (!result.run().passed()) {
                failure(tests, result.run(), palette);
            } else if (verbose) {
                out.println(palette.good("ok") + "    " + result.run().test().name() + time(result.milliseconds()));
            }
            result.kernel().forEach(verdict -> tell(result, verdict, palette));
        }
        if (tests.hasErrors()) {
            out.println(tests.file() + ": " + palette.bad("not tested, for its errors"));
        } else if (tests.results().isEmpty()) {
            out.println(tests.file() + ": no tests");
        } else {
            final long passed = tests.results().size() - tests.failed();
            final String failed = tests.failed() == 0 ? "" : ", " + palette.bad(tests.failed() + " failed");
            out.println(tests.file() + ": " + palette.good(passed + " passed") + failed + time(tests.milliseconds())
                    + kernel(tests));
        }
        out.flush();
    }

    private void tell(final PolicyTests.Result result, final KernelVerdict verdict, final Palette palette) {
        final String name = verdict.test().name() + " (kernel, " + KernelAccess.name(verdict.backEnd()) + ")";
        if (!result.run().passed() && verdict.same() && verdict.failure().isPresent()) {
            out.println("      " + name + ": the kernel does the same");
        } else if (!verdict.passed()) {
            out.println(palette.bad("FAIL") + "  " + palette.bold(name));
            VerdictText.of(verdict).lines().forEach(line -> out.println(line.isEmpty() ? line : "  " + line));
            out.println();
        } else if (verbose) {
            out.println(palette.good("ok") + "    " + name + time(verdict.millis()));
        }
    }

    /** {@code , legacy 5 of 5, nft 5 of 5}. */
    private static String kernel(final PolicyTests tests) {
        final StringBuilder text = new StringBuilder();
        for (final BackEnd backEnd : BackEnd.values()) {
            final List<KernelVerdict> verdicts = tests.results().stream()
                    .flatMap(result -> result.kernel().stream())
                    .filter(verdict -> verdict.backEnd() == backEnd)
                    .toList();
            if (!verdicts.isEmpty()) {
                text.append(text.isEmpty() ? "; kernel: " : ", ")
                        .append(KernelAccess.name(backEnd))
                        .append(' ')
                        .append(verdicts.stream().filter(KernelVerdict::passed).count())
                        .append(" of ")
                        .append(verdicts.size());
            }
        }
        return text.toString();
    }

    private static String time(final double milliseconds) {
        return String.format(Locale.ROOT, " (%.1f ms)", milliseconds);
    }

    private void failure(final PolicyTests tests, final TestRun run, final Palette palette) {
        out.println(palette.bad("FAIL") + "  " + palette.bold(run.test().name()));
        final Diagnostic failure = run.failure().orElseThrow();
        out.print(withoutSummary(new TextReport(tests.sources(), colours).render(List.of(failure))));
        if (!run.events().isEmpty()) {
            final PlayedEvent last = run.events().get(run.events().size() - 1);
            final String trace = new TraceText(tests.rules().orElseThrow(), tests.sources(), palette).of(last.flows());
            trace.lines().forEach(line -> out.println(line.isEmpty() ? line : "  " + line));
            out.println();
        }
    }

    /** What a report ends with counts its diagnostics; here tests are counted. */
    private static String withoutSummary(final String report) {
        final int end = report.lastIndexOf("\n\n");
        return end < 0 ? report : report.substring(0, end + 2);
    }

    /** The rules that no test reached. */
    void tell(final PolicyTests tests, final Coverage coverage) {
        out.println(tests.file() + ": " + coverage.reached() + " of " + coverage.written() + " rules reached");
        for (final Span span : coverage.unreached()) {
            out.println("  " + span.file() + ":" + span.line() + "  " + written(tests, span));
        }
        out.flush();
    }

    static String written(final PolicyTests tests, final Span span) {
        final String source = tests.sources().apply(span.file()).orElse("");
        return span.offset() + span.length() <= source.length()
                ? source.substring(span.offset(), span.offset() + span.length())
                        .strip()
                        .replaceAll("\\s+", " ")
                : "";
    }
}
