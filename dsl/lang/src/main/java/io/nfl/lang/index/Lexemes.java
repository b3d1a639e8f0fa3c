// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang.index;

import io.nfl.lang.parser.antlr.NflLexer;
import io.nfl.lang.parser.antlr.lexer.InternalNflLexer;
import java.util.ArrayList;
import java.util.List;
import org.antlr.runtime.ANTLRStringStream;
import org.antlr.runtime.CommonToken;
import org.antlr.runtime.Token;

/** The words, signs, strings and comments of a text, whether they make sense or not. Blanks are left out. */
public final class Lexemes {
    private Lexemes() {}

    /**
     * One of them.
     *
     * @param offset in UTF-16 units
     * @param text of a comment without the end of its line
     */
    public record Lexeme(int offset, String text, boolean comment) {
        /** Behind the last character. */
        public int end() {
            return offset + text.length();
        }
    }

    public static List<Lexeme> of(final String text) {
        final List<Lexeme> lexemes = new ArrayList<>();
        final NflLexer lexer = new NflLexer(new ANTLRStringStream(text));
        for (Token each = lexer.nextToken(); each.getType() != Token.EOF; each = lexer.nextToken()) {
            if (each.getType() != InternalNflLexer.RULE_WS) {
                final boolean comment = each.getType() == InternalNflLexer.RULE_SL_COMMENT;
                final String words = comment ? each.getText().stripTrailing() : each.getText();
                lexemes.add(new Lexeme(((CommonToken) each).getStartIndex(), words, comment));
            }
        }
        return lexemes;
    }
}
