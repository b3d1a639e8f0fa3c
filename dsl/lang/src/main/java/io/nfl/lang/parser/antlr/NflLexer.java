// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang.parser.antlr;

import io.nfl.lang.parser.antlr.lexer.InternalNflLexer;
import org.antlr.runtime.CharStream;
import org.antlr.runtime.RecognitionException;
import org.antlr.runtime.Token;

/** The generated lexer; {@link WordScanner} has the first word on each token. */
public class NflLexer extends InternalNflLexer {
    private final WordScanner scanner = new WordScanner();

    public NflLexer() {
        super();
    }

    public NflLexer(final CharStream input) {
        super(input);
    }

    @Override
    public void mTokens() throws RecognitionException {
        final WordScanner.Word word = scanner.scan(input);
        if (word == WordScanner.Word.OTHER) {
            super.mTokens();
            return;
        }
        for (int i = 0; i < scanner.length(); i++) {
            input.consume();
        }
        state.type = type(word);
        state.channel = Token.DEFAULT_CHANNEL;
    }

    private static int type(final WordScanner.Word word) {
        return switch (word) {
            case IPV4 -> RULE_IPV4;
            case IPV6 -> RULE_IPV6;
            case MAC -> RULE_MAC;
            case DURATION -> RULE_DURATION;
            case HEX -> RULE_HEX;
            case DECIMAL -> RULE_DECIMAL;
            case HEX_PAIR -> RULE_HEX_PAIR;
            case DEVICE_PATTERN -> RULE_DEVICE_PATTERN;
            case BAD_WORD -> RULE_BAD_WORD;
            case OTHER -> throw new IllegalStateException("not the scanner's word");
        };
    }
}
