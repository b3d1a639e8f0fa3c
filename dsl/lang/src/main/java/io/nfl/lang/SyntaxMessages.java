// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang;

import java.util.Locale;
import java.util.Map;
import org.antlr.runtime.FailedPredicateException;
import org.antlr.runtime.MismatchedTokenException;
import org.antlr.runtime.RecognitionException;
import org.antlr.runtime.Token;
import org.eclipse.xtext.diagnostics.Diagnostic;
import org.eclipse.xtext.nodemodel.SyntaxErrorMessage;
import org.eclipse.xtext.parser.antlr.SyntaxErrorMessageProvider;
import org.jspecify.annotations.Nullable;

/** What the parser misses, in the words of the language instead of the parser's. */
public class SyntaxMessages extends SyntaxErrorMessageProvider {
    private static final Map<String, String> TOKENS = Map.ofEntries(
            Map.entry("RULE_ID", "a name"),
            Map.entry("RULE_INT", "a number"),
            Map.entry("RULE_STRING", "a text in quotes"),
            Map.entry("RULE_IPV4", "an address"),
            Map.entry("RULE_IPV6", "an address"),
            Map.entry("RULE_DURATION", "a duration such as 30s"),
            Map.entry("RULE_HEX_PAIR", "a time such as 08:00"),
            Map.entry("RULE_MAC", "an Ethernet address"),
            Map.entry("EOF", "the end of the file"));

    @Override
    public SyntaxErrorMessage getSyntaxErrorMessage(final IParserErrorContext context) {
        return new SyntaxErrorMessage(text(context), Diagnostic.SYNTAX_DIAGNOSTIC);
    }

    private static String text(final IParserErrorContext context) {
        final RecognitionException failure = context.getRecognitionException();
        if (failure == null) {
            return context.getDefaultMessage();
        }
        final String found = found(failure.token);
        if (failure instanceof MismatchedTokenException mismatch && mismatch.expecting != Token.INVALID_TOKEN_TYPE) {
            return "expected " + expected(context, mismatch.expecting) + ", found " + found;
        }
        if (failure instanceof FailedPredicateException) {
            return "unexpected " + found;
        }
        return failure.token != null && failure.token.getType() == Token.EOF
                ? "the file ends in the middle of a declaration"
                : "unexpected " + found;
    }

    private static String expected(final IParserErrorContext context, final int type) {
        final String[] names = context.getTokenNames();
        if (names == null || type < 0 || type >= names.length) {
            return TOKENS.getOrDefault("EOF", "");
        }
        final String name = names[type];
        if (name.startsWith("'")) {
            return "`" + name.substring(1, name.length() - 1) + "`";
        }
        return TOKENS.getOrDefault(name, "`" + name.replace("RULE_", "").toLowerCase(Locale.ROOT) + "`");
    }

    private static String found(final @Nullable Token token) {
        if (token == null || token.getType() == Token.EOF) {
            return "the end of the file";
        }
        final String text = token.getText().split("\\s", 2)[0];
        return "`" + (text.isEmpty() ? token.getText() : text) + "`";
    }
}
