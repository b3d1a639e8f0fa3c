// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang.index;

import io.nfl.check.Placement;
import io.nfl.check.Placement.Word;
import io.nfl.lang.nfl.Action;
import io.nfl.lang.nfl.ChangeTtl;
import io.nfl.lang.nfl.FromMatch;
import io.nfl.lang.nfl.MarkBits;
import io.nfl.lang.nfl.Match;
import io.nfl.lang.nfl.PortMatch;
import io.nfl.lang.nfl.PortPart;
import io.nfl.lang.nfl.TcpMssTest;
import io.nfl.lang.nfl.TcpOptionTest;
import io.nfl.lang.nfl.ToMatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.xtext.nodemodel.ILeafNode;
import org.eclipse.xtext.nodemodel.INode;
import org.eclipse.xtext.nodemodel.util.NodeModelUtils;

/** The rows of the table of placement that parts of a rule are. */
final class RuleWords {
    private static final Map<String, Word> WORDS =
            Placement.words().stream().collect(Collectors.toMap(Word::word, Function.identity()));

    private RuleWords() {}

    /** All rows of a part of a rule, the one that it begins with first; none where nothing limits it. */
    static List<Word> of(final EObject part) {
        final List<Word> words = new ArrayList<>();
        if (part instanceof Action || part instanceof Match) {
            first(part).ifPresent(words::add);
        }
        if (part instanceof FromMatch from) {
            limited(from.getLimited()).ifPresent(words::add);
        } else if (part instanceof ToMatch to) {
            limited(to.getLimited()).ifPresent(words::add);
        } else if (part instanceof PortMatch ports) {
            ports.getParts().forEach(each -> ofPart(each).ifPresent(words::add));
        }
        return words;
    }

    /** The row of a part of a match of ports. */
    static Optional<Word> ofPart(final PortPart part) {
        if (part instanceof TcpMssTest) {
            return row("tcp mss");
        }
        return part instanceof TcpOptionTest ? row("tcp option") : Optional.empty();
    }

    private static Optional<Word> limited(final @org.jspecify.annotations.Nullable String direction) {
        return direction == null ? Optional.empty() : row("local limited to " + direction);
    }

    private static Optional<Word> first(final EObject part) {
        final List<String> words = firstTwo(part);
        if (words.isEmpty()) {
            return Optional.empty();
        }
        final String second = words.size() > 1 ? words.get(1) : "";
        if (part instanceof MarkBits || part instanceof ChangeTtl) {
            return row("set " + second);
        }
        return row(words.get(0) + " " + second).or(() -> row(words.get(0)));
    }

    private static List<String> firstTwo(final EObject part) {
        final List<String> words = new ArrayList<>();
        final INode node = NodeModelUtils.findActualNodeFor(part);
        if (node != null) {
            for (final ILeafNode leaf : node.getLeafNodes()) {
                if (!leaf.isHidden() && !leaf.getText().equals("not")) {
                    words.add(leaf.getText());
                    if (words.size() == 2) {
                        break;
                    }
                }
            }
        }
        return words;
    }

    private static Optional<Word> row(final String word) {
        return Optional.ofNullable(WORDS.get(word));
    }
}
