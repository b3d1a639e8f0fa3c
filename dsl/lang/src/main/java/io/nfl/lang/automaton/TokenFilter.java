// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang.automaton;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.antlr.runtime.CommonToken;
import org.antlr.runtime.Token;
import org.antlr.runtime.TokenSource;

/**
 * Stands between lexer and parser: a stretch of text that can continue nothing becomes one token UNKNOWN, up to the
 * next word that begins a statement or declaration, so that one slip is one message and the rest of the file is
 * parsed.
 */
public final class TokenFilter implements TokenSource {
    private final TokenSource lexer;
    private final GrammarAutomaton automaton;
    private final Deque<Token> ahead = new ArrayDeque<>();
    /** States behind each open brace, the innermost first; the file's start at the bottom. */
    private final Deque<GrammarAutomaton.State> blocks = new ArrayDeque<>();

    private final Set<Integer> hidden;
    /** Words that begin a declaration, and much else: they alone do not tell that a brace is missing. */
    private final Set<Integer> ambiguous;

    private final int unknown;
    private final int open;
    private final int close;
    private final int policy;
    private GrammarAutomaton.State state;

    public TokenFilter(final TokenSource lexer, final GrammarAutomaton automaton) {
        this.lexer = lexer;
        this.automaton = automaton;
        this.state = automaton.start();
        blocks.push(state);
        hidden = Set.of(automaton.type("RULE_WS"), automaton.type("RULE_SL_COMMENT"));
        ambiguous = Stream.of("'service'", "'mark'", "'policy'", "'address'", "'@'", "'set'")
                .map(automaton::type)
                .collect(Collectors.toSet());
        unknown = automaton.type("RULE_UNKNOWN");
        open = automaton.type("'{'");
        close = automaton.type("'}'");
        policy = automaton.type("'policy'");
    }

    @Override
    public String getSourceName() {
        return lexer.getSourceName();
    }

    @Override
    public Token nextToken() {
        final Token token = read();
        final int type = token.getType();
        if (type == Token.EOF || hidden.contains(type)) {
            return token;
        }
        if (automaton.accepts(state, type)) {
            advance(type);
            return token;
        }
        final boolean complete = automaton.accepts(state, unknown);
        if (!complete && begins(type) || complete && beginsOutside(type)) {
            restart(type);
            return token;
        }
        return swallow((CommonToken) token);
    }

    private Token read() {
        final Token token = ahead.poll();
        return token == null ? lexer.nextToken() : token;
    }

    /** One UNKNOWN from this token up to the next that begins something. */
    private Token swallow(final CommonToken first) {
        final List<Token> behind = new ArrayList<>();
        Token last = first;
        Token next = read();
        while (next.getType() != Token.EOF && !begins(next.getType())) {
            if (hidden.contains(next.getType())) {
                behind.add(next);
            } else {
                behind.clear();
                last = next;
            }
            next = read();
        }
        behind.add(next);
        for (int i = behind.size() - 1; i >= 0; i--) {
            ahead.push(behind.get(i));
        }
        restart(unknown);
        final CommonToken swallowed = new CommonToken(
                first.getInputStream(),
                unknown,
                Token.DEFAULT_CHANNEL,
                first.getStartIndex(),
                ((CommonToken) last).getStopIndex());
        swallowed.setLine(first.getLine());
        swallowed.setCharPositionInLine(first.getCharPositionInLine());
        return swallowed;
    }

    /**
     * Whether nonsense ends before this token: at a brace, or at a word that begins a statement here or further out.
     */
    private boolean begins(final int type) {
        return type == open
                || type == close
                || beginsOutside(type)
                || type != unknown && type != policy && automaton.accepts(innermost(), type);
    }

    /** Begins something only outside this block: a brace is missing before it. */
    private boolean beginsOutside(final int type) {
        return blocks.size() > 1
                && type != unknown
                && !ambiguous.contains(type)
                && !automaton.accepts(innermost(), type)
                && automaton.accepts(automaton.start(), type);
    }

    private void advance(final int type) {
        final GrammarAutomaton.State next = automaton.next(state, type);
        move(next == null ? innermost() : next, type);
    }

    /** Goes on after an error: with this token in the innermost block that takes it. */
    private void restart(final int type) {
        if (beginsOutside(type)) {
            while (blocks.size() > 1) {
                blocks.pop();
            }
        }
        GrammarAutomaton.State next = automaton.next(state, type);
        if (next == null) {
            next = automaton.next(innermost(), type);
        }
        move(next == null ? innermost() : next, type);
    }

    private void move(final GrammarAutomaton.State next, final int type) {
        if (type == close && blocks.size() > 1) {
            blocks.pop();
        }
        state = next;
        if (type == open) {
            blocks.push(next);
        }
    }

    private GrammarAutomaton.State innermost() {
        return blocks.element();
    }
}
