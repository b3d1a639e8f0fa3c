// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang.automaton;

import java.util.Optional;
import org.antlr.runtime.CommonToken;

/**
 * A token that cannot stand where it stands. The grammar's automaton is exact, so the first such token is where the
 * text
 * goes wrong; what the parser says of its consequences is of no use to anybody.
 *
 * @param token the wrong one; the end of the file has length 0
 * @param text all that was skipped from it on
 * @param expected what could have stood there
 * @param before the token before it
 * @param expectedBefore what could have stood at the token before it
 * @param opening the brace of the innermost open block
 */
public record Slip(
        Kind kind,
        CommonToken token,
        String text,
        Expectation expected,
        Optional<CommonToken> before,
        Expectation expectedBefore,
        Optional<CommonToken> opening) {
    /** What is wrong. */
    public enum Kind {
        /** Something complete stands before it, and it begins nothing. */
        BEGINS_NOTHING,
        /** What stands before it is not complete. */
        UNFINISHED,
        /** A block is not opened. */
        NOT_OPENED,
        /** A block is not closed: this stands further out. */
        NOT_CLOSED
    }

    /** Whether the wrong token is the first of its line, or of its block. */
    public boolean beginsLine() {
        return before.isEmpty()
                || before.get().getLine() < token.getLine()
                || before.get().getText().equals("{");
    }
}
