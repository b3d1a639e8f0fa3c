// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang;

import io.nfl.lang.automaton.GrammarAutomaton;
import java.util.Set;
import java.util.regex.Pattern;

/** Which words may be names. */
public final class ReservedWords {
    private static final Pattern NAME = Pattern.compile("\\^?[A-Za-z_][A-Za-z0-9_-]*");

    private ReservedWords() {}

    /** Whether a word has a name's letters; with {@code ^} before it any word of the language may be one. */
    public static boolean isName(final String word) {
        return NAME.matcher(word).matches();
    }

    /** Whether a word is one of the language's that no name may be without {@code ^}. */
    public static boolean isReserved(final String word) {
        final GrammarAutomaton automaton = PolicyReader.language().getInstance(GrammarAutomaton.class);
        return automaton.type("'" + word + "'") != GrammarAutomaton.NO_TYPE
                && !Set.copyOf(automaton.firstKeywords("SoftWord")).contains(word);
    }
}
