// SPDX-License-Identifier: Apache-2.0
package io.nfl.compiler;

import io.nfl.check.Checks;
import io.nfl.diag.Code;
import io.nfl.diag.Diagnostic;
import io.nfl.diag.Result;
import io.nfl.ir.Policy;
import io.nfl.lang.PolicyReader;
import io.nfl.lang.Source;
import io.nfl.lang.SourceFinder;
import io.nfl.lang.SourceFixes;
import io.nfl.lang.lower.Lowering;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** The way from text to policy: read, link, lower, check. */
public final class NflCompiler {
    private NflCompiler() {}

    /** Compiles a policy with all that it imports. */
    public static Compilation compile(final Source source, final SourceFinder finder) {
        return compile(source, PolicyReader.read(source, finder));
    }

    /** Compiles what has been read already. @param reading of the source */
    public static Compilation compile(final Source source, final PolicyReader.Reading reading) {
        final List<Diagnostic> found = new ArrayList<>(reading.diagnostics());
        Optional<Policy> policy = Optional.empty();
        if (found.stream().noneMatch(NflCompiler::hidesMeaning)) {
            final Result<Policy> lowered = Lowering.lower(reading, PolicyNames.of(source));
            found.addAll(lowered.diagnostics());
            policy = lowered.value();
        }
        final boolean whole = found.stream().noneMatch(Diagnostic::isError);
        policy.ifPresent(each -> Checks.run(each).stream()
                .filter(diagnostic -> whole || diagnostic.isError())
                .map(diagnostic -> SourceFixes.add(diagnostic, reading))
                .forEach(found::add));
        final List<Diagnostic> sorted = List.copyOf(new TreeSet<>(found));
        return new Compilation(
                sorted.stream().anyMatch(Diagnostic::isError) ? Optional.empty() : policy,
                sorted,
                reading.expansions().stream().map(PolicyReader.Expansion::text).toList());
    }

    /** What the parser could not read has no meaning; a stretch that it passed over as unknown does no harm. */
    private static boolean hidesMeaning(final Diagnostic diagnostic) {
        return diagnostic.code() == Code.SYNTAX_UNEXPECTED || diagnostic.code() == Code.SYNTAX_NESTING;
    }
}
