// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang.lower;

import io.nfl.diag.Code;
import io.nfl.diag.Diagnostic;
import io.nfl.diag.Span;
import io.nfl.lang.Spans;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.eclipse.emf.ecore.EObject;

/** Collects what lowering finds; each thing once, though both families meet it. */
final class Findings {
    private final Set<Diagnostic> found = new LinkedHashSet<>();
    private final Spans spans;
    private final List<Diagnostic> known;

    /** @param known what earlier steps have found, so that nothing is told twice in other words */
    Findings(final Spans spans, final List<Diagnostic> known) {
        this.spans = spans;
        this.known = known;
    }

    Spans spans() {
        return spans;
    }

    Span span(final EObject object) {
        return spans.of(object);
    }

    void report(final Code code, final EObject at, final String message, final String... notes) {
        report(code, spans.of(at), message, notes);
    }

    void report(final Code code, final Span at, final String message, final String... notes) {
        Diagnostic diagnostic = Diagnostic.of(code, at, message);
        for (final String note : notes) {
            diagnostic = diagnostic.note(note);
        }
        found.add(diagnostic);
    }

    void add(final Diagnostic diagnostic) {
        found.add(diagnostic);
    }

    void unsupported(final EObject at, final String what) {
        report(Code.UNSUPPORTED, at, "not supported yet: " + what);
    }

    /** Whether something has been found within the element. */
    boolean touches(final EObject object) {
        return touches(spans.of(object));
    }

    boolean touches(final Span whole) {
        return Stream.concat(found.stream(), known.stream())
                .filter(Diagnostic::isError)
                .map(Diagnostic::span)
                .anyMatch(each -> each.file().equals(whole.file())
                        && each.offset() >= whole.offset()
                        && each.offset() <= whole.offset() + whole.length());
    }

    /** Whether an earlier step has found an error in just this stretch. */
    boolean refuses(final Span span) {
        return known.stream().anyMatch(each -> each.isError() && each.span().equals(span));
    }

    List<Diagnostic> all() {
        return List.copyOf(found);
    }
}
