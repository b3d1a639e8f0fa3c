// SPDX-License-Identifier: Apache-2.0
package io.nfl.ide;

import io.nfl.diag.Diagnostic;
import io.nfl.diag.Fix;
import io.nfl.diag.Note;
import io.nfl.diag.Severity;
import io.nfl.diag.Span;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.lsp4j.CodeAction;
import org.eclipse.lsp4j.CodeActionKind;
import org.eclipse.lsp4j.DiagnosticRelatedInformation;
import org.eclipse.lsp4j.DiagnosticSeverity;
import org.eclipse.lsp4j.Location;
import org.eclipse.lsp4j.Range;
import org.eclipse.lsp4j.TextEdit;
import org.eclipse.lsp4j.WorkspaceEdit;

/** Our diagnostics and fixes in the protocol's words. */
final class Translation {
    private final OpenTexts open;
    private final Findings findings;

    Translation(final OpenTexts open, final Findings findings) {
        this.open = open;
        this.findings = findings;
    }

    List<org.eclipse.lsp4j.Diagnostic> diagnostics(final String file) {
        return findings.in(file).stream().map(each -> diagnostic(file, each)).toList();
    }

    /** The fixes of what touches the range, in the order of the text. */
    List<CodeAction> actions(final String file, final Range range) {
        final List<CodeAction> actions = new ArrayList<>();
        for (final Diagnostic each : findings.in(file)) {
            final org.eclipse.lsp4j.Diagnostic said = diagnostic(file, each);
            if (touches(said.getRange(), range)) {
                each.fixes().forEach(fix -> actions.add(action(file, said, fix)));
            }
        }
        return actions;
    }

    private org.eclipse.lsp4j.Diagnostic diagnostic(final String file, final Diagnostic diagnostic) {
        final Range range = range(file, diagnostic.span());
        final org.eclipse.lsp4j.Diagnostic said = new org.eclipse.lsp4j.Diagnostic(
                range,
                diagnostic.message(),
                severity(diagnostic.severity()),
                "nfl",
                diagnostic.code().id());
        if (!diagnostic.notes().isEmpty()) {
            said.setRelatedInformation(diagnostic.notes().stream()
                    .map(note -> related(file, range, note))
                    .toList());
        }
        return said;
    }

    /** A note without a place of its own stands where the diagnostic does. */
    private DiagnosticRelatedInformation related(final String file, final Range range, final Note note) {
        final Location place = note.span()
                .filter(span -> findings.text(span.file()).isPresent())
                .map(span -> new Location(open.uri(span.file()), range(span.file(), span)))
                .orElseGet(() -> new Location(open.uri(file), range));
        return new DiagnosticRelatedInformation(place, note.text());
    }

    private CodeAction action(final String file, final org.eclipse.lsp4j.Diagnostic said, final Fix fix) {
        final Map<String, List<TextEdit>> changes = new LinkedHashMap<>();
        for (final Fix.Edit edit : fix.edits()) {
            final String name =
                    findings.text(edit.span().file()).isPresent() ? edit.span().file() : file;
            changes.computeIfAbsent(open.uri(name), uri -> new ArrayList<>())
                    .add(new TextEdit(range(name, edit.span()), edit.replacement()));
        }
        final CodeAction action = new CodeAction(fix.title());
        action.setKind(CodeActionKind.QuickFix);
        action.setDiagnostics(List.of(said));
        action.setEdit(new WorkspaceEdit(changes));
        return action;
    }

    private Range range(final String file, final Span span) {
        return findings.positions(file).range(span);
    }

    private static boolean touches(final Range one, final Range other) {
        return !before(one, other) && !before(other, one);
    }

    private static boolean before(final Range one, final Range other) {
        final int lines =
                Integer.compare(one.getEnd().getLine(), other.getStart().getLine());
        return lines < 0
                || lines == 0 && one.getEnd().getCharacter() < other.getStart().getCharacter();
    }

    private static DiagnosticSeverity severity(final Severity severity) {
        return switch (severity) {
            case ERROR -> DiagnosticSeverity.Error;
            case WARNING -> DiagnosticSeverity.Warning;
            case HINT -> DiagnosticSeverity.Hint;
        };
    }
}
