// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang;

import io.nfl.lang.automaton.GrammarAutomaton;
import io.nfl.lang.automaton.TokenFilter;
import io.nfl.lang.parser.antlr.NflParser;
import jakarta.inject.Inject;
import org.antlr.runtime.CharStream;
import org.antlr.runtime.TokenSource;

/** The generated parser behind the token filter. */
public class FilteringParser extends NflParser {
    private final GrammarAutomaton automaton;

    @Inject
    FilteringParser(final GrammarAutomaton automaton) {
        this.automaton = automaton;
    }

    @Override
    protected TokenSource createLexer(final CharStream stream) {
        return new TokenFilter(super.createLexer(stream), automaton);
    }
}
