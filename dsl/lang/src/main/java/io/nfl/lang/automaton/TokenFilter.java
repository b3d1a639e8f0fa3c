// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang.automaton;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.antlr.runtime.CommonToken;
import org.antlr.runtime.Token;
import org.antlr.runtime.TokenSource;
import org.jspecify.annotations.Nullable;

/**
 * Stands between lexer and parser: a stretch of text that can continue nothing becomes one token UNKNOWN, up to the
 * next word that begins a statement or declaration, so that one slip is one message and the rest of the file is
 * parsed. NOT thread safe.
 */
public final class TokenFilter implements TokenSource {
    private final TokenSource lexer;
    private final GrammarAutomaton automaton;
    private final Deque<Token> ahead = new ArrayDeque<>();
    /** The open blocks, the innermost first; the file at the bottom. */
    private final Deque<Block> blocks = new ArrayDeque<>();

    private final List<Slip> slips = new ArrayList<>();

    private final Set<Integer> hidden;
    /** Words that begin a declaration, and much else: they alone do not tell that a brace is missing. */
    private final Set<Integer> ambiguous;

    private final Set<Integer> hooks;
    private final int unknown;
    private final int open;
    private final int close;
    private final int policy;
    private final int name;
    private GrammarAutomaton.State state;
    private GrammarAutomaton.State stateBefore;
    private @Nullable CommonToken before;

    /** The state behind a brace, and the brace. */
    private record Block(GrammarAutomaton.State state, Optional<CommonToken> brace) {}

    public TokenFilter(final TokenSource lexer, final GrammarAutomaton automaton) {
        this.lexer = lexer;
        this.automaton = automaton;
        this.state = automaton.start();
        this.stateBefore = state;
        blocks.push(new Block(state, Optional.empty()));
        hidden = Set.of(automaton.type("RULE_WS"), automaton.type("RULE_SL_COMMENT"));
        ambiguous = types("service", "mark", "policy", "address", "@", "set");
        hooks = types("prerouting", "input", "forward", "output", "postrouting");
        unknown = automaton.type("RULE_UNKNOWN");
        open = automaton.type("'{'");
        close = automaton.type("'}'");
        policy = automaton.type("'policy'");
        name = automaton.type("RULE_ID");
    }

    private Set<Integer> types(final String... keywords) {
        return Stream.of(keywords).map(each -> automaton.type("'" + each + "'")).collect(Collectors.toSet());
    }

    /** What went wrong so far, in the order of the text. */
    public List<Slip> slips() {
        return List.copyOf(slips);
    }

    /** What may follow the tokens that were handed out; behind the last, EOF, what a file begins with. */
    public GrammarAutomaton.State state() {
        return state;
    }

    @Override
    public String getSourceName() {
        return lexer.getSourceName();
    }

    @Override
    public Token nextToken() {
        final Token next = read();
        final int type = next.getType();
        if (hidden.contains(type)) {
            return next;
        }
        final CommonToken token = (CommonToken) next;
        if (type == Token.EOF) {
            end(token);
            return token;
        }
        final boolean declares = blocks.size() > 1 && ambiguous.contains(type) && declares(type);
        if (!declares && automaton.accepts(state, type)) {
            advance(token);
            return token;
        }
        final boolean complete = automaton.accepts(state, unknown);
        if (declares || complete && beginsOutside(type)) {
            slip(Slip.Kind.NOT_CLOSED, token, token.getText());
            closeAll();
            restart(token);
            return token;
        }
        final GrammarAutomaton.State opened = automaton.next(state, open);
        if (opened != null && !complete && automaton.accepts(opened, type)) {
            slip(Slip.Kind.NOT_OPENED, token, token.getText());
            blocks.push(new Block(opened, Optional.empty()));
            state = opened;
            advance(token);
            return token;
        }
        if (!complete && begins(token) && goesOnAnew(token)) {
            slip(Slip.Kind.UNFINISHED, token, token.getText());
            restart(token);
            return token;
        }
        return swallow(token, complete ? Slip.Kind.BEGINS_NOTHING : Slip.Kind.UNFINISHED);
    }

    private void end(final CommonToken token) {
        if (!automaton.accepts(state, unknown)) {
            slip(Slip.Kind.UNFINISHED, token, "");
        } else if (blocks.size() > 1) {
            slip(Slip.Kind.NOT_CLOSED, token, "");
        }
        state = automaton.start();
        blocks.clear();
        blocks.push(new Block(state, Optional.empty()));
    }

    private void slip(final Slip.Kind kind, final CommonToken token, final String text) {
        slips.add(new Slip(
                kind,
                token,
                text,
                automaton.expectation(state),
                Optional.ofNullable(before),
                automaton.expectation(stateBefore),
                blocks.element().brace()));
    }

    private Token read() {
        final Token token = ahead.poll();
        return token == null ? lexer.nextToken() : token;
    }

    /** {@code mark x =}, {@code set x :}, {@code mark prerouting}: within a block it tells that a brace is missing. */
    private boolean declares(final int type) {
        final List<Token> read = new ArrayList<>();
        final List<Token> visible = new ArrayList<>();
        while (visible.size() < 2) {
            final Token token = read();
            read.add(token);
            if (token.getType() == Token.EOF) {
                break;
            }
            if (!hidden.contains(token.getType())) {
                visible.add(token);
            }
        }
        for (int i = read.size() - 1; i >= 0; i--) {
            ahead.push(read.get(i));
        }
        if (type == automaton.type("'mark'")
                && !visible.isEmpty()
                && hooks.contains(visible.get(0).getType())) {
            return true;
        }
        return visible.size() == 2
                && (visible.get(1).getText().equals("=")
                        || visible.get(1).getText().equals(":") && type == automaton.type("'set'"));
    }

    /** One UNKNOWN from this token up to the next that begins something. */
    private Token swallow(final CommonToken first, final Slip.Kind kind) {
        final List<Token> behind = new ArrayList<>();
        CommonToken last = first;
        Token next = read();
        while (next.getType() != Token.EOF && !ends(next, last)) {
            if (hidden.contains(next.getType())) {
                behind.add(next);
            } else {
                behind.clear();
                last = (CommonToken) next;
            }
            next = read();
        }
        behind.add(next);
        for (int i = behind.size() - 1; i >= 0; i--) {
            ahead.push(behind.get(i));
        }
        if (kind == Slip.Kind.BEGINS_NOTHING && blocks.size() == 1) {
            last = withBlock(last);
        }
        final CommonToken swallowed = new CommonToken(
                first.getInputStream(), unknown, Token.DEFAULT_CHANNEL, first.getStartIndex(), last.getStopIndex());
        swallowed.setLine(first.getLine());
        swallowed.setCharPositionInLine(first.getCharPositionInLine());
        slip(kind, first, swallowed.getText());
        restart(swallowed);
        before = last;
        return swallowed;
    }

    /** What begins something may also be a wrong word in the middle of a line: a name, or a word of a declaration. */
    private boolean goesOnAnew(final CommonToken token) {
        final int type = token.getType();
        return before == null
                || before.getLine() < token.getLine()
                || type == open
                || type == close
                || automaton.isKeyword(type) && blocks.size() > 1;
    }

    /** Whether nonsense ends before this token. A name or number tells nothing, unless it stands first in its line. */
    private boolean ends(final Token token, final CommonToken last) {
        if (hidden.contains(token.getType())) {
            return false;
        }
        final boolean firstOfLine = token.getLine() > last.getLine();
        if (begins(token)) {
            return firstOfLine || automaton.isKeyword(token.getType());
        }
        return firstOfLine && token.getType() == name && !last.getText().equals(",");
    }

    /** Adds the block behind nonsense that begins no declaration, if it has an end. */
    private CommonToken withBlock(final CommonToken last) {
        final List<Token> behind = new ArrayList<>();
        CommonToken end = last;
        int depth = 0;
        Token next = read();
        behind.add(next);
        while (next.getType() != Token.EOF) {
            final int type = next.getType();
            if (depth == 0 && type != open && !hidden.contains(type)) {
                break;
            }
            depth += type == open ? 1 : type == close ? -1 : 0;
            if (depth == 0 && type == close) {
                end = (CommonToken) next;
                behind.clear();
                break;
            }
            next = read();
            behind.add(next);
        }
        for (int i = behind.size() - 1; i >= 0; i--) {
            ahead.push(behind.get(i));
        }
        return end;
    }

    /**
     * Whether nonsense ends before this token: at a brace, or at a word that begins a statement here or further out.
     */
    private boolean begins(final Token token) {
        final int type = token.getType();
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

    private void advance(final CommonToken token) {
        final GrammarAutomaton.State next = automaton.next(state, token.getType());
        move(next == null ? innermost() : next, token);
    }

    private void closeAll() {
        while (blocks.size() > 1) {
            blocks.pop();
        }
        state = innermost();
    }

    /** Goes on after an error: with this token in the innermost block that takes it. */
    private void restart(final CommonToken token) {
        final int type = token.getType();
        if (beginsOutside(type)) {
            closeAll();
        }
        GrammarAutomaton.State next = automaton.next(state, type);
        if (next == null) {
            next = automaton.next(innermost(), type);
        }
        if (next == null && type == open && blocks.size() == 1) {
            // a block of who knows what: most are of statements
            next = automaton.behind("filter", "input", "{");
        }
        move(next == null ? innermost() : next, token);
    }

    private void move(final GrammarAutomaton.State next, final CommonToken token) {
        if (token.getType() == close && blocks.size() > 1) {
            blocks.pop();
        }
        stateBefore = state;
        before = token;
        state = next;
        if (token.getType() == open) {
            blocks.push(new Block(next, Optional.of(token)));
        }
    }

    private GrammarAutomaton.State innermost() {
        return blocks.element().state();
    }
}
