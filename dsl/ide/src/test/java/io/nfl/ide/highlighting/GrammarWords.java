// SPDX-License-Identifier: Apache-2.0
package io.nfl.ide.highlighting;

import com.google.inject.Injector;
import io.nfl.lang.NflStandaloneSetup;
import io.nfl.lang.automaton.GrammarAutomaton;
import io.nfl.lang.parser.antlr.NflLexer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.antlr.runtime.ANTLRStringStream;
import org.antlr.runtime.Token;
import org.eclipse.xtext.GrammarUtil;
import org.eclipse.xtext.IGrammarAccess;
import org.eclipse.xtext.parser.antlr.ITokenDefProvider;

/** The keywords of the Xtext grammar, sorted for highlighting by the rules that they begin; and its lexer's tokens. */
final class GrammarWords {
    /** Which scope the keywords have that a rule can begin with; the first row that has a word decides. */
    private static final Map<String, List<String>> SCOPES = new LinkedHashMap<>();

    static {
        SCOPES.put("support.type.protocol.nfl", List.of("FamilyWord", "PortProtocol", "IcmpVersion"));
        SCOPES.put("constant.language.hook.nfl", List.of("HookWord"));
        SCOPES.put("storage.type.block.nfl", List.of("Kind"));
        SCOPES.put("keyword.control.action.nfl", List.of("Action"));
        SCOPES.put("keyword.declaration.nfl", List.of("PolicyFile", "When"));
        SCOPES.put("support.function.match.nfl", List.of("Match"));
        SCOPES.put("keyword.control.step.nfl", List.of("Step", "Expectation"));
        SCOPES.put("constant.language.nfl", List.of("OnOff"));
    }

    private static final String NEGATION = "keyword.operator.logical.nfl";
    private static final String OTHER = "keyword.other.nfl";

    private static final Injector LANGUAGE = new NflStandaloneSetup().createInjectorAndDoEMFRegistration();

    /** One token of the lexer. @param type {@code 'keyword'} or {@code RULE_NAME} */
    record Lexed(String type, String text, int line, int column) {
        boolean isKeyword() {
            return type.startsWith("'");
        }
    }

    private GrammarWords() {}

    /** All keywords that are words. */
    static Set<String> words() {
        return keywords(true);
    }

    /** All keywords that are signs. */
    static Set<String> signs() {
        return keywords(false);
    }

    private static Set<String> keywords(final boolean words) {
        return GrammarUtil.getAllKeywords(
                        LANGUAGE.getInstance(IGrammarAccess.class).getGrammar())
                .stream()
                .filter(each -> Character.isLetter(each.charAt(0)) == words)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Words that may be names, too. */
    static Set<String> softWords() {
        return Set.copyOf(LANGUAGE.getInstance(GrammarAutomaton.class).firstKeywords("SoftWord"));
    }

    /** The words of each scope, in alphabetical order; no word twice, and none left out. */
    static Map<String, Set<String>> byScope() {
        final GrammarAutomaton automaton = LANGUAGE.getInstance(GrammarAutomaton.class);
        final Map<String, Set<String>> found = new LinkedHashMap<>();
        final Set<String> rest = words();
        found.put(NEGATION, new TreeSet<>(Set.of("not")));
        rest.remove("not");
        SCOPES.forEach((scope, rules) -> {
            final Set<String> of = rules.stream()
                    .flatMap(rule -> automaton.firstKeywords(rule).stream())
                    .filter(rest::contains)
                    .collect(Collectors.toCollection(TreeSet::new));
            rest.removeAll(of);
            found.put(scope, of);
        });
        found.put(OTHER, rest);
        return found;
    }

    /** What the lexer makes of a text, without blanks; lines and columns from 0. */
    static List<Lexed> lex(final String text) {
        final Map<Integer, String> types =
                LANGUAGE.getInstance(ITokenDefProvider.class).getTokenDefMap();
        final NflLexer lexer = new NflLexer(new ANTLRStringStream(text));
        final List<Lexed> tokens = new ArrayList<>();
        for (Token token = lexer.nextToken(); token.getType() != Token.EOF; token = lexer.nextToken()) {
            final String type = types.getOrDefault(token.getType(), "");
            if (!type.equals("RULE_WS")) {
                tokens.add(new Lexed(type, token.getText(), token.getLine() - 1, token.getCharPositionInLine()));
            }
        }
        return tokens;
    }
}
