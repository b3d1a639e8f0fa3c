// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang;

import com.google.inject.Injector;
import io.nfl.diag.Code;
import io.nfl.diag.Diagnostic;
import io.nfl.diag.Fix;
import io.nfl.diag.Note;
import io.nfl.diag.Span;
import io.nfl.lang.automaton.Expectation;
import io.nfl.lang.automaton.GrammarAutomaton;
import io.nfl.lang.automaton.Slip;
import io.nfl.lang.automaton.TokenFilter;
import io.nfl.lang.parser.antlr.NflLexer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.antlr.runtime.ANTLRStringStream;
import org.antlr.runtime.CommonToken;
import org.antlr.runtime.Token;
import org.eclipse.emf.ecore.resource.Resource;

/** Says what is wrong with a text as text: one diagnostic for each slip, at the first wrong word. */
final class SyntaxChecks {
    private static final String NO_LATE_ACTION =
            "behind a match a comma goes on with its list; actions stand before the matches";
    private static final String NO_OR =
            "the matches of a rule all hold; for one or the other write a list, or two rules";
    private static final Set<String> NOT_WORTH_SAYING = Set.of("`not`", "`[`", "`group`", "`-`");
    private static final int LONGEST_LIST = 4;

    private final Resource resource;
    private final Spans spans;
    private final int length;
    private final GrammarAutomaton automaton;
    private final List<String> actions;
    private final List<String> matches;
    private final List<String> elements;

    private SyntaxChecks(
            final Resource resource, final Spans spans, final int length, final GrammarAutomaton automaton) {
        this.resource = resource;
        this.spans = spans;
        this.length = length;
        this.automaton = automaton;
        this.actions = with(automaton.firstKeywords("Action"), List.of("when"));
        this.matches = automaton.firstKeywords("Match");
        this.elements = automaton.firstKeywords("Element");
    }

    /**
     * What a text's slips amount to.
     *
     * @param words that were skipped: names among them may be declared or used there
     */
    record Findings(List<Diagnostic> diagnostics, Set<String> words) {}

    /** @param text of the resource */
    static Findings of(final Resource resource, final String text, final Spans spans, final Injector injector) {
        final GrammarAutomaton automaton = injector.getInstance(GrammarAutomaton.class);
        final TokenFilter filter = new TokenFilter(new NflLexer(new ANTLRStringStream(text)), automaton);
        final List<Diagnostic> found = new ArrayList<>();
        final int string = automaton.type("RULE_STRING");
        Token token = filter.nextToken();
        while (token.getType() != Token.EOF) {
            if (token.getType() == string) {
                escapes(resource, spans, (CommonToken) token, found);
            }
            token = filter.nextToken();
        }
        if (filter.slips().isEmpty()) {
            return new Findings(found, Set.of());
        }
        final SyntaxChecks checks = new SyntaxChecks(resource, spans, text.length(), automaton);
        final Set<String> words = new HashSet<>();
        for (final Slip slip : filter.slips()) {
            found.add(checks.diagnostic(slip));
            words.addAll(List.of(slip.text().split("[^A-Za-z0-9_-]+")));
            slip.before().ifPresent(each -> words.add(each.getText()));
        }
        return new Findings(found, words);
    }

    private static void escapes(
            final Resource resource, final Spans spans, final CommonToken string, final List<Diagnostic> found) {
        final String text = string.getText();
        for (int i = text.indexOf('\\'); i >= 0; i = text.indexOf('\\', i + 2)) {
            final char escaped = text.charAt(i + 1);
            if (escaped != '"' && escaped != '\\') {
                final Span span = spans.at(resource, string.getStartIndex() + i, 2);
                final String shown = escaped < ' ' ? "" : Character.toString(escaped);
                found.add(Diagnostic.of(Code.VALUE_ESCAPE, span, "strings have no escape `\\" + shown + "`")
                        .note("`\\\"` is a quote and `\\\\` a backslash; there are no others")
                        .fix(Fix.replace(
                                "write a backslash", spans.at(resource, string.getStartIndex() + i, 1), "\\\\")));
            }
        }
    }

    private static List<String> with(final Collection<String> words, final Collection<String> more) {
        final List<String> all = new ArrayList<>(words);
        all.addAll(more);
        return all;
    }

    private Diagnostic diagnostic(final Slip slip) {
        if (isOpenText(slip)) {
            final int end = slip.text().indexOf('\n') < 0
                    ? slip.text().length()
                    : slip.text().indexOf('\n');
            return Diagnostic.of(
                    Code.SYNTAX_UNEXPECTED,
                    spans.at(resource, slip.token().getStartIndex(), end),
                    "this text is not closed: a `\"` is missing before the end of the line");
        }
        return switch (slip.kind()) {
            case BEGINS_NOTHING -> beginsNothing(slip);
            case UNFINISHED -> unfinished(slip);
            case NOT_OPENED -> notOpened(slip);
            case NOT_CLOSED -> notClosed(slip);
        };
    }

    private boolean isOpenText(final Slip slip) {
        return slip.text().startsWith("\"") && slip.token().getType() != automaton.type("RULE_STRING");
    }

    // ---- a complete part, and then something that begins nothing ----

    private Diagnostic beginsNothing(final Slip slip) {
        final String word = word(slip);
        if (word.equals(";")) {
            final Span span = span(slip);
            return Diagnostic.of(Code.SYNTAX_UNKNOWN_WORD, span, "no `;` is needed")
                    .fix(Fix.replace("remove it", span, ""));
        }
        final List<String> unknown = slip.expected().unknown();
        if (unknown.contains("UnknownStatement")) {
            return statement(slip, word);
        }
        if (unknown.contains("Route")) {
            return suggest(slip, "a route does not begin with", slip.expected().keywords());
        }
        if (unknown.contains("Step")) {
            return suggest(slip, "unknown step", slip.expected().keywords());
        }
        if (unknown.contains("InterfaceProperty")) {
            return suggest(
                    slip, "unknown property of an interface", slip.expected().keywords());
        }
        return element(slip, word);
    }

    private Diagnostic element(final Slip slip, final String word) {
        if (PartWords.TO_COME.contains(word)) {
            return Diagnostic.of(Code.UNSUPPORTED, span(slip), "not supported yet: `" + word + "`");
        }
        if (word.startsWith("@")) {
            return unexpected(slip, "`@allow` stands before a rule")
                    .note("it waives for one rule what is said of that rule");
        }
        if (word.equals("}")) {
            return unexpected(slip, "this `}` closes nothing");
        }
        if (actions.contains(word) || matches.contains(word)) {
            return unexpected(slip, "`" + word + "` begins no declaration")
                    .note("rules stand in a block, as in `filter input { … }`");
        }
        return slip.beginsLine()
                ? suggest(slip, "unknown declaration", elements)
                : suggest(slip, "unexpected", slip.expected().keywords());
    }

    private Diagnostic statement(final Slip slip, final String word) {
        final Optional<String> home = Optional.ofNullable(PartWords.HOMES.get(word));
        if (home.isPresent()) {
            return unexpected(slip, "`" + word + "` does not fit here: " + home.get());
        }
        if (matches.contains(word)) {
            return unexpected(slip, "a rule starts with its action: `" + word + "` is a match");
        }
        if (word.startsWith(",")) {
            return unexpected(slip, "unexpected `,`").note(NO_LATE_ACTION);
        }
        if (!Character.isLetter(word.charAt(0)) && word.charAt(0) != '_') {
            return unexpected(slip, "unexpected `" + word + "`");
        }
        return slip.beginsLine()
                ? suggest(slip, "unknown action", actions)
                : suggest(slip, "unknown match", with(matches, slip.expected().keywords()));
    }

    // ---- something unfinished ----

    private Diagnostic unfinished(final Slip slip) {
        final Optional<Diagnostic> earlier = misspeltBefore(slip);
        if (earlier.isPresent()) {
            return earlier.get();
        }
        final String word = word(slip);
        final String found = slip.token().getType() == Token.EOF ? "the end of the file" : "`" + word + "`";
        final String what = what(slip.expected());
        Diagnostic diagnostic = Diagnostic.of(
                Code.SYNTAX_UNEXPECTED,
                span(slip),
                what.isEmpty() ? "unexpected " + found : "expected " + what + ", found " + found);
        final Optional<String> nearest = isWord(word) && !slip.beginsLine()
                ? Nearest.of(word, slip.expected().keywords())
                : Optional.empty();
        if (nearest.isPresent()) {
            return meant(diagnostic, span(slip), nearest.get());
        }
        final String before = slip.before().map(CommonToken::getText).orElse("");
        if (before.equals(",") && actions.contains(word)) {
            diagnostic = diagnostic.note(NO_LATE_ACTION);
        } else if (before.equals("not")) {
            diagnostic = diagnostic.note("`not` stands behind the keyword of a match, before its list");
        } else if (before.equals("or") || before.equals("and")) {
            diagnostic = diagnostic.note(NO_OR);
        } else if (isWord(word)
                && !slip.beginsLine()
                && automaton.isKeyword(slip.token().getType())
                && takesName(slip.expected(), matches.contains(word))) {
            diagnostic = diagnostic
                    .note("`" + word + "` is a word of the language; as a name it is written `^" + word + "`")
                    .fix(Fix.replace("write it as a name", span(slip), "^" + word));
        }
        return diagnostic;
    }

    private static boolean takesName(final Expectation expected, final boolean isMatch) {
        return expected.things().stream()
                .anyMatch(each -> each.equals("a name")
                        || !isMatch && (each.startsWith("an interface") || each.equals("a mark")));
    }

    /** {@code metrc 50}: the name before was a misspelt word of the language. */
    private Optional<Diagnostic> misspeltBefore(final Slip slip) {
        final Optional<CommonToken> before = slip.before();
        if (before.isEmpty()
                || slip.beginsLine()
                || !isWord(before.get().getText())
                || automaton.isKeyword(before.get().getType())) {
            return Optional.empty();
        }
        final String word = before.get().getText();
        return Nearest.of(word, slip.expectedBefore().keywords()).map(nearest -> {
            final Span span = spans.at(resource, before.get().getStartIndex(), word.length());
            return meant(Diagnostic.of(Code.SYNTAX_UNKNOWN_WORD, span, "unexpected `" + word + "`"), span, nearest);
        });
    }

    /** The things that may stand there, or nothing where they are too many to help. */
    private static String what(final Expectation expected) {
        final List<String> things = expected.things().stream()
                .filter(each -> !NOT_WORTH_SAYING.contains(each))
                .toList();
        if (things.isEmpty() || things.size() > LONGEST_LIST) {
            return "";
        }
        final int last = things.size() - 1;
        return last == 0 ? things.get(0) : String.join(", ", things.subList(0, last)) + " or " + things.get(last);
    }

    // ---- braces ----

    private Diagnostic notOpened(final Slip slip) {
        final Span at = spans.at(resource, slip.token().getStartIndex(), 0);
        return Diagnostic.of(Code.SYNTAX_UNEXPECTED, span(slip), "expected `{`, found `" + word(slip) + "`")
                .fix(Fix.replace("insert `{`", at, "{ "));
    }

    private Diagnostic notClosed(final Slip slip) {
        final boolean end = slip.token().getType() == Token.EOF;
        final Span span = span(slip);
        final Diagnostic plain = Diagnostic.of(
                Code.SYNTAX_UNEXPECTED,
                span,
                end ? "expected `}`, found the end of the file" : "expected `}`, found `" + word(slip) + "`");
        final Span at = spans.at(resource, span.offset(), 0);
        final Diagnostic mended = plain.fix(Fix.replace("insert `}`", at, "}\n"));
        return slip.opening()
                .map(brace -> mended.note(Note.at(
                        spans.at(resource, brace.getStartIndex(), 1), "the block that begins here is not closed")))
                .orElse(mended);
    }

    // ---- words ----

    private Diagnostic suggest(final Slip slip, final String what, final Collection<String> words) {
        final String word = word(slip);
        final Diagnostic plain = unexpected(slip, what + " `" + word + "`");
        return Nearest.of(word, words)
                .map(each -> meant(plain, span(slip), each))
                .orElse(plain);
    }

    private static Diagnostic meant(final Diagnostic diagnostic, final Span span, final String nearest) {
        return diagnostic
                .note("did you mean `" + nearest + "`?")
                .fix(Fix.replace("replace it with `" + nearest + "`", span, nearest));
    }

    private Diagnostic unexpected(final Slip slip, final String message) {
        return Diagnostic.of(Code.SYNTAX_UNKNOWN_WORD, span(slip), message);
    }

    private static boolean isWord(final String text) {
        return !text.isEmpty() && (Character.isLetter(text.charAt(0)) || text.charAt(0) == '_');
    }

    private static String word(final Slip slip) {
        return slip.text().split("\\s", 2)[0];
    }

    private Span span(final Slip slip) {
        return slip.token().getType() == Token.EOF
                ? spans.at(resource, length, 0)
                : spans.at(resource, slip.token().getStartIndex(), word(slip).length());
    }
}
