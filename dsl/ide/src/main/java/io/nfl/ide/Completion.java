// SPDX-License-Identifier: Apache-2.0
package io.nfl.ide;

import io.nfl.check.Placement;
import io.nfl.check.Placement.Kind;
import io.nfl.check.Placement.Word;
import io.nfl.lang.Source;
import io.nfl.lang.WordsAhead;
import io.nfl.lang.nfl.Declaration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What may be written at a place: the keywords that the grammar's automaton takes there, of actions and matches those
 * that {@link Placement} admits, and the names of the kinds that the place takes. A user chain admits what all blocks
 * that call it do; one that none calls, all.
 */
final class Completion {
    private static final String ACTION = "an action";
    private static final String MATCH = "a match";

    private final WordsAhead ahead;
    private final BlocksAround.Owner owner;
    private final Set<BlocksAround.Owner> reaching;

    /** One offer. @param detail what it is, and where it may stand */
    record Offer(String text, boolean isName, String detail, String documentation) {}

    private Completion(final WordsAhead ahead, final BlocksAround.Owner owner, final Set<BlocksAround.Owner> reaching) {
        this.ahead = ahead;
        this.owner = owner;
        this.reaching = reaching;
    }

    /** The offset at which the word that the cursor stands in or behind begins. */
    static int wordBegin(final String text, final int cursor) {
        int begin = cursor;
        while (begin > 0 && isOfWord(text.charAt(begin - 1))) {
            begin--;
        }
        return begin;
    }

    /**
     * What may be written in place of the word at the cursor, keywords first.
     *
     * @param analysis of the policy that the text is, or is a part of
     */
    static List<Offer> at(final Source policy, final int cursor, final Analysis analysis) {
        final String before = policy.text().substring(0, wordBegin(policy.text(), cursor));
        if (isInCommentOrString(before)) {
            return List.of();
        }
        final WordsAhead ahead = WordsAhead.of(before);
        final BlocksAround.Owner owner = BlocksAround.of(ahead.tokens()).owner();
        final Set<BlocksAround.Owner> reaching = reaching(owner, analysis);
        final List<Offer> offers = new ArrayList<>(new Completion(ahead, owner, reaching).keywords());
        if (!ahead.references().isEmpty()) {
            for (final Declaration each : ahead.names(analysis.reading())) {
                offers.add(new Offer(each.getName(), true, WordsAhead.kindOf(each), ""));
            }
        }
        return offers;
    }

    /** A chain's callers may stand in any text of its policy. */
    private static Set<BlocksAround.Owner> reaching(final BlocksAround.Owner owner, final Analysis analysis) {
        return owner.chain().isEmpty()
                ? Set.of(owner)
                : BlocksAround.all(analysis.texts().values().stream()
                                .map(WordsAhead::tokens)
                                .toList())
                        .reaching(owner);
    }

    private List<Offer> keywords() {
        final List<Offer> offers = new ArrayList<>();
        for (final Map.Entry<String, Set<String>> each : ahead.keywords().entrySet()) {
            final String keyword = each.getKey();
            if (Character.isLetter(keyword.charAt(0))) {
                final List<Word> words = words(keyword, each.getValue());
                final List<Word> admitted =
                        words.stream().filter(this::admitted).toList();
                if (words.isEmpty() || !admitted.isEmpty()) {
                    offers.add(offer(keyword, admitted));
                }
            }
        }
        return offers;
    }

    private static Offer offer(final String keyword, final List<Word> words) {
        final Optional<Word> only = words.size() == 1 ? Optional.of(words.get(0)) : Optional.empty();
        return new Offer(
                keyword,
                false,
                only.map(Word::places).orElse(""),
                only.map(each -> each.does() + "; " + each.why()).orElse(""));
    }

    /** The rows of the table that a keyword can be, or begin, or end here; none if the table does not speak of it. */
    private List<Word> words(final String keyword, final Set<String> begins) {
        final List<String> tokens = ahead.tokens();
        final String pair = tokens.isEmpty() ? keyword : tokens.get(tokens.size() - 1) + " " + keyword;
        return Placement.words().stream()
                .filter(word -> {
                    final String text = word.word();
                    final boolean first = text.equals(keyword) || text.startsWith(keyword + " ");
                    return word.kind() == Kind.ACTION && begins.contains(ACTION) && first
                            || word.kind() == Kind.MATCH && begins.contains(MATCH) && first
                            || !begins.contains(ACTION) && !begins.contains(MATCH) && text.equals(pair);
                })
                .toList();
    }

    private boolean admitted(final Word word) {
        final boolean inChain = !owner.chain().isEmpty();
        return reaching.stream()
                .allMatch(each -> each.block().stream()
                        .allMatch(block -> each.families().stream()
                                .anyMatch(family -> Placement.refusal(
                                                word,
                                                Optional.of(block.kind()),
                                                new Placement.Place(block.kind().table(), block.hook()),
                                                family,
                                                inChain)
                                        .isEmpty())));
    }

    private static boolean isOfWord(final char c) {
        return c == '-' || c == '_' || Character.isLetterOrDigit(c);
    }

    private static boolean isInCommentOrString(final String before) {
        boolean inString = false;
        for (int i = before.lastIndexOf('\n') + 1; i < before.length(); i++) {
            final char c = before.charAt(i);
            if (inString && c == '\\') {
                i++;
            } else if (c == '"') {
                inString = !inString;
            } else if (c == '#' && !inString) {
                return true;
            }
        }
        return inString;
    }
}
