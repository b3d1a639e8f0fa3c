// SPDX-License-Identifier: Apache-2.0
package io.nfl.ide;

import io.nfl.compiler.Compilation;
import io.nfl.compiler.NflCompiler;
import io.nfl.diag.Code;
import io.nfl.diag.Diagnostic;
import io.nfl.diag.Span;
import io.nfl.lang.PolicyReader;
import io.nfl.lang.PolicyReader.Reading;
import io.nfl.lang.ReservedWords;
import io.nfl.lang.Source;
import io.nfl.lang.SourceFinder;
import io.nfl.lang.index.Declared;
import io.nfl.lang.index.Lexemes;
import io.nfl.lang.index.Lexemes.Lexeme;
import io.nfl.lang.index.Mention;
import io.nfl.lang.index.NameIndex;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.eclipse.lsp4j.Position;
import org.eclipse.lsp4j.PrepareRenameResult;
import org.eclipse.lsp4j.TextEdit;
import org.eclipse.lsp4j.WorkspaceEdit;
import org.eclipse.lsp4j.jsonrpc.ResponseErrorException;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseError;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseErrorCode;

/**
 * Gives a declaration another name, with all its uses. Before that is said, it is done on copies and checked: the uses
 * must still mean it, and there may be no error that was not there before.
 */
final class Renaming {
    private final OpenTexts open;
    private final Analyses analyses;
    private final Navigation navigation;

    Renaming(final OpenTexts open, final Analyses analyses, final Navigation navigation) {
        this.open = open;
        this.analyses = analyses;
        this.navigation = navigation;
    }

    /** The name at a place that can be changed; empty where there is none. */
    Optional<PrepareRenameResult> prepare(final String file, final Position cursor) {
        final Optional<Mention> name = navigation.mention(file, cursor);
        name.ifPresent(each -> refusePredeclared(each.of()));
        return name.flatMap(each -> analyses.of(file)
                .map(analysis -> new PrepareRenameResult(
                        analysis.positions(file).range(each.span()), each.of().name())));
    }

    /** The edits that rename what is named at a place. */
    WorkspaceEdit rename(final String file, final Position cursor, final String newName) {
        final Declared declared = navigation
                .mention(file, cursor)
                .map(Mention::of)
                .orElseThrow(() -> refusal("no name stands here that could be changed"));
        refusePredeclared(declared);
        refuseWord(newName);
        final TreeMap<Span, Navigation.Use> uses = navigation.mentions(declared);
        if (!declared.name().equals(newName.startsWith("^") ? newName.substring(1) : newName)) {
            refuseTaken(declared, newName);
            refuseHidden(declared, uses);
            tryOut(declared, uses, newName);
        }
        final Map<String, List<TextEdit>> edits = new LinkedHashMap<>();
        uses.forEach((span, use) -> edits.computeIfAbsent(open.uri(span.file()), uri -> new ArrayList<>())
                .add(new TextEdit(use.analysis().positions(span.file()).range(span), newName)));
        return new WorkspaceEdit(edits);
    }

    private static void refusePredeclared(final Declared declared) {
        if (declared.predeclared()) {
            throw refusal("`" + declared.name() + "` is predeclared: it has this name in every policy");
        }
    }

    private static void refuseWord(final String newName) {
        if (!ReservedWords.isName(newName)) {
            throw refusal("`" + newName + "` is no name: letters, digits, `-` and `_`, and no digit or `-` first");
        }
        if (ReservedWords.isReserved(newName)) {
            throw refusal("`" + newName + "` is a word of the language; as a name it is written `^" + newName + "`");
        }
    }

    private void refuseTaken(final Declared declared, final String newName) {
        final String bare = newName.startsWith("^") ? newName.substring(1) : newName;
        for (final Analysis each : analyses.now()) {
            if (!each.names().mentionsOf(declared).isEmpty()) {
                each.names().declared(bare).ifPresent(other -> {
                    final String where = other.predeclared() ? "predeclared" : "declared at " + other.site();
                    throw refusal("`" + bare + "` is taken: it is " + where + ", as " + other.kind());
                });
            }
        }
    }

    /** In a stretch that could not be read the name may be used too, and nobody can tell. */
    private void refuseHidden(final Declared declared, final NavigableMap<Span, Navigation.Use> uses) {
        for (final Analysis each : analyses.now()) {
            final boolean broken = each.reading().diagnostics().stream()
                    .anyMatch(said -> said.code().id().startsWith("syntax/"));
            if (broken && !each.names().mentionsOf(declared).isEmpty()) {
                each.texts().forEach((file, text) -> refuseHidden(declared, file, text, uses));
            }
        }
    }

    private static void refuseHidden(
            final Declared declared,
            final String file,
            final String text,
            final NavigableMap<Span, Navigation.Use> uses) {
        final Set<Integer> known = uses.keySet().stream()
                .filter(span -> span.file().equals(file))
                .map(Span::offset)
                .collect(Collectors.toSet());
        for (final Lexeme each : Lexemes.of(text)) {
            if ((each.text().equals(declared.name()) || each.text().equals("^" + declared.name()))
                    && !known.contains(each.offset())) {
                final int line = new Positions(text).line(each.offset()) + 1;
                throw refusal("line " + line + " of " + file + " says `" + declared.name()
                        + "` where the text has errors: mend them first");
            }
        }
    }

    /** Renames in copies of the texts, and reads them again. */
    private void tryOut(final Declared declared, final NavigableMap<Span, Navigation.Use> uses, final String newName) {
        for (final Analysis before : analyses.now()) {
            final List<Mention> mentions = before.names().mentionsOf(declared);
            if (!mentions.isEmpty()) {
                final Map<String, String> texts = new HashMap<>(before.texts());
                texts.replaceAll((name, text) -> edited(name, text, uses, newName));
                final Source source = new Source(
                        before.policy().name(),
                        texts.getOrDefault(before.policy().name(), ""));
                final SourceFinder finder = (importing, path) -> before.imported(importing.name(), path)
                        .map(name -> new Source(name, texts.getOrDefault(name, "")));
                final Reading reading = PolicyReader.read(source, finder);
                refuseOtherMeaning(declared, reading, uses, newName, mentions.size());
                refuseNewErrors(before.compilation(), NflCompiler.compile(source, reading));
            }
        }
    }

    private static String edited(
            final String file, final String text, final NavigableMap<Span, Navigation.Use> uses, final String newName) {
        final StringBuilder edited = new StringBuilder(text.length());
        int done = 0;
        for (final Span span : uses.keySet()) {
            if (span.file().equals(file)) {
                edited.append(text, done, span.offset()).append(newName);
                done = span.offset() + span.length();
            }
        }
        return edited.append(text.substring(done)).toString();
    }

    private static void refuseOtherMeaning(
            final Declared declared,
            final Reading reading,
            final NavigableMap<Span, Navigation.Use> uses,
            final String newName,
            final int wanted) {
        int site = declared.site().offset();
        for (final Span span : uses.headMap(declared.site(), false).keySet()) {
            site += span.file().equals(declared.site().file()) ? newName.length() - span.length() : 0;
        }
        final NameIndex index = NameIndex.of(reading);
        final int found = index.at(declared.site().file(), site)
                .map(each -> index.mentionsOf(each.of()).size())
                .orElse(0);
        if (found != wanted) {
            throw refusal("`" + newName + "` would mean something else at one of the places where it would stand");
        }
    }

    private static void refuseNewErrors(final Compilation before, final Compilation after) {
        final Map<Code, Integer> known = new HashMap<>();
        before.diagnostics().forEach(each -> known.merge(each.code(), 1, Integer::sum));
        for (final Diagnostic each : after.diagnostics()) {
            if (each.isError() && known.merge(each.code(), -1, Integer::sum) < 0) {
                throw refusal(each.message() + " (" + each.code().id() + ")");
            }
        }
    }

    private static ResponseErrorException refusal(final String message) {
        return new ResponseErrorException(new ResponseError(ResponseErrorCode.RequestFailed, message, null));
    }
}
