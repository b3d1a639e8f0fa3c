// SPDX-License-Identifier: Apache-2.0
package io.nfl.ide;

import io.nfl.lang.index.Lexemes;
import io.nfl.lang.index.Lexemes.Lexeme;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import org.eclipse.lsp4j.FoldingRange;
import org.eclipse.lsp4j.FoldingRangeKind;

/** What can be folded away: blocks, comments and imports of several lines. Told by words alone: slips do no harm. */
final class Folding {
    private final Positions positions;
    private final List<FoldingRange> ranges = new ArrayList<>();

    private Folding(final Positions positions) {
        this.positions = positions;
    }

    static List<FoldingRange> of(final String text) {
        final Folding folding = new Folding(new Positions(text));
        final List<Lexeme> lexemes = Lexemes.of(text);
        folding.blocks(lexemes);
        folding.comments(lexemes);
        folding.imports(lexemes.stream().filter(each -> !each.comment()).toList());
        folding.ranges.sort(Comparator.comparingInt(FoldingRange::getStartLine));
        return folding.ranges;
    }

    /** The line with the closing brace stays. */
    private void blocks(final List<Lexeme> lexemes) {
        final Deque<Integer> open = new ArrayDeque<>();
        for (final Lexeme each : lexemes) {
            if (each.comment()) {
                continue;
            }
            if (each.text().equals("{")) {
                open.push(positions.line(each.offset()));
            } else if (each.text().equals("}") && !open.isEmpty()) {
                add(open.pop(), positions.line(each.offset()) - 1, FoldingRangeKind.Region);
            }
        }
    }

    /** Comments that stand on lines of their own, one below the other. */
    private void comments(final List<Lexeme> lexemes) {
        int first = -1;
        int last = -2;
        for (final Lexeme each : lexemes) {
            final int line = positions.line(each.offset());
            if (each.comment() && positions.text(line).stripLeading().startsWith("#")) {
                if (line != last + 1) {
                    add(first, last, FoldingRangeKind.Comment);
                    first = line;
                }
                last = line;
            }
        }
        add(first, last, FoldingRangeKind.Comment);
    }

    private void imports(final List<Lexeme> words) {
        int first = -1;
        int last = -1;
        for (int i = 0; i + 1 < words.size(); i++) {
            if (words.get(i).text().equals("import") && words.get(i + 1).text().startsWith("\"")) {
                first = first < 0 ? positions.line(words.get(i).offset()) : first;
                last = positions.line(words.get(i + 1).offset());
                i++;
            } else {
                add(first, last, FoldingRangeKind.Imports);
                first = -1;
                last = -1;
            }
        }
        add(first, last, FoldingRangeKind.Imports);
    }

    private void add(final int first, final int last, final String kind) {
        if (first >= 0 && last > first) {
            final FoldingRange range = new FoldingRange(first, last);
            if (!kind.equals(FoldingRangeKind.Region)) {
                range.setKind(kind);
            }
            ranges.add(range);
        }
    }
}
