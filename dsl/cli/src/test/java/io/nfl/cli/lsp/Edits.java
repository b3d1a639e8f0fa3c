// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli.lsp;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.eclipse.lsp4j.Position;
import org.eclipse.lsp4j.Range;
import org.eclipse.lsp4j.TextEdit;

/** Edits and places as an editor understands them: written without a look at the server's own. */
final class Edits {
    private Edits() {}

    static String applied(final String text, final List<TextEdit> edits) {
        final List<TextEdit> backwards = new ArrayList<>(edits);
        backwards.sort(Comparator.comparingInt(
                (TextEdit each) -> -offset(text, each.getRange().getStart())));
        String edited = text;
        for (final TextEdit each : backwards) {
            edited = edited.substring(0, offset(text, each.getRange().getStart()))
                    + each.getNewText()
                    + edited.substring(offset(text, each.getRange().getEnd()));
        }
        return edited;
    }

    static int offset(final String text, final Position position) {
        int begin = 0;
        for (int line = 0; line < position.getLine(); line++) {
            begin = text.indexOf('\n', begin) + 1;
        }
        return begin + position.getCharacter();
    }

    static Position position(final String text, final int offset) {
        final String before = text.substring(0, offset);
        return new Position((int) before.chars().filter(c -> c == '\n').count(), offset - 1 - before.lastIndexOf('\n'));
    }

    static String in(final String text, final Range range) {
        return text.substring(offset(text, range.getStart()), offset(text, range.getEnd()));
    }
}
