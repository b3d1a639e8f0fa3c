// SPDX-License-Identifier: Apache-2.0
package io.nfl.ide;

import io.nfl.diag.Span;
import io.nfl.lang.index.Declared;
import io.nfl.lang.index.Mention;
import io.nfl.lang.index.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.eclipse.lsp4j.DocumentHighlight;
import org.eclipse.lsp4j.DocumentHighlightKind;
import org.eclipse.lsp4j.Location;
import org.eclipse.lsp4j.Position;
import org.eclipse.lsp4j.Range;

/** Where names are declared and used: in all open texts, and in all that they import. */
final class Navigation {
    private final OpenTexts open;
    private final Analyses analyses;

    Navigation(final OpenTexts open, final Analyses analyses) {
        this.open = open;
        this.analyses = analyses;
    }

    /** Of a name its declaration, of an import its file; nothing for what is predeclared. */
    List<Location> definition(final String file, final Position cursor) {
        final Optional<Analysis> found = analyses.of(file);
        if (found.isEmpty()) {
            return List.of();
        }
        final Analysis analysis = found.get();
        final int offset = analysis.positions(file).offset(cursor);
        final Optional<Mention> name = analysis.names().at(file, offset);
        if (name.isPresent()) {
            final Declared declared = name.get().of();
            return declared.predeclared() ? List.of() : List.of(location(analysis, declared.site()));
        }
        return Place.at(analysis.reading(), file, offset)
                .flatMap(Place::imported)
                .flatMap(path -> analysis.imported(file, path))
                .map(each -> List.of(new Location(open.uri(each), new Range(new Position(0, 0), new Position(0, 0)))))
                .orElse(List.of());
    }

    /** All uses of the name at a place, by file and place. */
    List<Location> references(final String file, final Position cursor, final boolean withDeclaration) {
        final List<Location> locations = new ArrayList<>();
        mention(file, cursor)
                .ifPresent(name -> mentions(name.of()).forEach((span, use) -> {
                    if (withDeclaration || !use.declares()) {
                        locations.add(location(use.analysis(), span));
                    }
                }));
        return locations;
    }

    /** The uses within the text itself. */
    List<DocumentHighlight> highlights(final String file, final Position cursor) {
        final List<DocumentHighlight> highlights = new ArrayList<>();
        mention(file, cursor)
                .ifPresent(name -> mentions(name.of()).forEach((span, use) -> {
                    if (span.file().equals(file)) {
                        highlights.add(new DocumentHighlight(
                                use.analysis().positions(file).range(span),
                                use.declares() ? DocumentHighlightKind.Write : DocumentHighlightKind.Read));
                    }
                }));
        return highlights;
    }

    /** The name at a place of a text. */
    Optional<Mention> mention(final String file, final Position cursor) {
        return analyses.of(file)
                .flatMap(each -> each.names().at(file, each.positions(file).offset(cursor)));
    }

    /** A use, and a policy that it was read in. */
    record Use(Analysis analysis, boolean declares) {}

    /** Where a declaration is named in any policy that is open, each place once. */
    TreeMap<Span, Use> mentions(final Declared declared) {
        final TreeMap<Span, Use> all = new TreeMap<>();
        for (final Analysis each : analyses.now()) {
            each.names()
                    .mentionsOf(declared)
                    .forEach(mention -> all.putIfAbsent(mention.span(), new Use(each, mention.declares())));
        }
        return all;
    }

    private Location location(final Analysis analysis, final Span span) {
        return new Location(
                open.uri(span.file()), analysis.positions(span.file()).range(span));
    }
}
