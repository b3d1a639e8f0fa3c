// SPDX-License-Identifier: Apache-2.0
package io.nfl.ide;

import io.nfl.lang.index.Outline;
import io.nfl.lang.index.Section;
import java.util.List;
import org.eclipse.lsp4j.DocumentSymbol;
import org.eclipse.lsp4j.SymbolKind;

/** An outline in the protocol's words. */
final class Symbols {
    private Symbols() {}

    static List<DocumentSymbol> of(final Analysis analysis, final String file) {
        final Positions positions = analysis.positions(file);
        return Outline.of(analysis.reading(), file).stream()
                .map(each -> symbol(each, positions))
                .toList();
    }

    private static DocumentSymbol symbol(final Section section, final Positions positions) {
        final DocumentSymbol symbol = new DocumentSymbol(
                section.name().isBlank() ? "?" : section.name(),
                kind(section.kind()),
                positions.range(section.whole()),
                positions.range(section.selection()));
        if (!section.detail().isEmpty()) {
            symbol.setDetail(section.detail());
        }
        symbol.setChildren(
                section.parts().stream().map(each -> symbol(each, positions)).toList());
        return symbol;
    }

    private static SymbolKind kind(final Section.Kind kind) {
        return switch (kind) {
            case POLICY -> SymbolKind.Package;
            case INTERFACE -> SymbolKind.Interface;
            case ZONE, SET, LIST -> SymbolKind.Array;
            case ADDRESS -> SymbolKind.Constant;
            case SERVICE -> SymbolKind.Struct;
            case MARK -> SymbolKind.Number;
            case ROUTES -> SymbolKind.Object;
            case CHAIN -> SymbolKind.Function;
            case BLOCK, WHEN -> SymbolKind.Namespace;
            case RULE -> SymbolKind.Key;
            case PUBLISH -> SymbolKind.Property;
            case TEST -> SymbolKind.Method;
        };
    }
}
