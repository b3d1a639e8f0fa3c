// SPDX-License-Identifier: Apache-2.0
package io.nfl.ide;

import io.nfl.lang.Source;
import java.util.List;
import org.eclipse.lsp4j.CompletionItem;
import org.eclipse.lsp4j.CompletionItemKind;
import org.eclipse.lsp4j.Position;
import org.eclipse.lsp4j.Range;
import org.eclipse.lsp4j.TextEdit;
import org.eclipse.lsp4j.jsonrpc.messages.Either;

/** What may be written at a place, in the protocol's words. */
final class Offers {
    private Offers() {}

    static List<CompletionItem> at(final Analysis analysis, final String file, final Position cursor) {
        final Source text = new Source(file, analysis.texts().getOrDefault(file, ""));
        final Positions positions = analysis.positions(file);
        final int offset = positions.offset(cursor);
        final Range word = positions.range(Completion.wordBegin(text.text(), offset), offset);
        return Completion.at(text, offset, analysis).stream()
                .map(each -> item(each, word))
                .toList();
    }

    private static CompletionItem item(final Completion.Offer offer, final Range word) {
        final CompletionItem item = new CompletionItem(offer.text());
        item.setKind(offer.isName() ? CompletionItemKind.Variable : CompletionItemKind.Keyword);
        item.setTextEdit(Either.forLeft(new TextEdit(word, offer.text())));
        if (!offer.detail().isEmpty()) {
            item.setDetail(offer.detail());
        }
        if (!offer.documentation().isEmpty()) {
            item.setDocumentation(offer.documentation());
        }
        return item;
    }
}
