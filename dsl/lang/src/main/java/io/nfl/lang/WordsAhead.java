// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang;

import com.google.inject.Injector;
import io.nfl.lang.automaton.GrammarAutomaton;
import io.nfl.lang.automaton.TokenFilter;
import io.nfl.lang.nfl.Declaration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.antlr.runtime.ANTLRStringStream;
import org.antlr.runtime.Token;
import org.antlr.runtime.TokenSource;
import org.eclipse.emf.ecore.EReference;

/**
 * What may stand behind a text, by the grammar's own automaton behind the parser's own token filter: text that was
 * skipped in the parser is skipped here too.
 *
 * @param tokens the words and signs before, without comments and blanks; a stretch of nonsense is one
 * @param keywords each with what it begins, in users' words ({@code an action}, {@code a match})
 */
public record WordsAhead(List<String> tokens, Map<String, Set<String>> keywords, Set<EReference> references) {
    public WordsAhead {
        tokens = List.copyOf(tokens);
    }

    /** What may stand at the end of this text. */
    public static WordsAhead of(final String before) {
        final Injector language = PolicyReader.language();
        final GrammarAutomaton automaton = language.getInstance(GrammarAutomaton.class);
        final TokenSource source =
                language.getInstance(FilteringParser.class).createLexer(new ANTLRStringStream(before));
        final TokenFilter filter = (TokenFilter) source;
        final Set<Integer> hidden = Set.of(automaton.type("RULE_WS"), automaton.type("RULE_SL_COMMENT"));
        final List<String> tokens = new ArrayList<>();
        GrammarAutomaton.State state = filter.state();
        for (Token token = filter.nextToken(); token.getType() != Token.EOF; token = filter.nextToken()) {
            state = filter.state();
            if (!hidden.contains(token.getType())) {
                tokens.add(token.getText());
            }
        }
        return new WordsAhead(tokens, automaton.beginnings(state), automaton.references(state));
    }

    /** The words and signs of a text, without comments and blanks. */
    public static List<String> tokens(final String text) {
        return of(text).tokens();
    }

    /** The declarations of a reading that a name here can mean, in their order, the predeclared ones last. */
    public List<Declaration> names(final PolicyReader.Reading reading) {
        final Set<Declaration> found = new LinkedHashSet<>();
        // What a publish stands for has chains of its own, and they are nobody else's.
        final List<Declaration> all = NameScopes.declarations(reading.policy().eResource()).stream()
                .filter(each -> each.eContainer() == reading.builtin()
                        || reading.files().contains(each.eContainer()))
                .toList();
        for (final EReference reference : references) {
            final NameKind kind = NameKind.of(reference);
            all.stream()
                    .filter(each -> each.getName() != null && kind.takes(each))
                    .forEach(found::add);
        }
        return List.copyOf(found);
    }

    /** What a declaration is, in users' words. */
    public static String kindOf(final Declaration declaration) {
        return NameKind.labelOf(declaration);
    }
}
