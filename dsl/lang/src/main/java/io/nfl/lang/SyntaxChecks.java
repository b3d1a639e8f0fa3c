// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang;

import com.google.inject.Injector;
import io.nfl.diag.Code;
import io.nfl.diag.Diagnostic;
import io.nfl.diag.Fix;
import io.nfl.diag.Span;
import io.nfl.lang.automaton.GrammarAutomaton;
import io.nfl.lang.nfl.PolicyFile;
import io.nfl.lang.nfl.UnknownElement;
import io.nfl.lang.nfl.UnknownProperty;
import io.nfl.lang.nfl.UnknownRoute;
import io.nfl.lang.nfl.UnknownStatement;
import io.nfl.lang.nfl.UnknownStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.xtext.EcoreUtil2;
import org.eclipse.xtext.nodemodel.ILeafNode;
import org.eclipse.xtext.nodemodel.util.NodeModelUtils;

/**
 * Says what the stretches are that the token filter took for nonsense: one diagnostic each, at the first wrong word.
 */
final class SyntaxChecks {
    private final Spans spans;
    private final List<String> actions;
    private final List<String> matches;
    private final List<String> elements;
    private final List<Diagnostic> found = new ArrayList<>();

    private SyntaxChecks(final Spans spans, final GrammarAutomaton automaton) {
        this.spans = spans;
        this.actions = with(automaton.firstKeywords("Action"), "when");
        this.matches = automaton.firstKeywords("Match");
        this.elements = automaton.firstKeywords("Element");
    }

    private static List<String> with(final List<String> words, final String more) {
        final List<String> all = new ArrayList<>(words);
        all.add(more);
        return all;
    }

    static List<Diagnostic> of(final List<PolicyFile> files, final Spans spans, final Injector injector) {
        final SyntaxChecks checks = new SyntaxChecks(spans, injector.getInstance(GrammarAutomaton.class));
        for (final PolicyFile file : files) {
            EcoreUtil2.eAllContents(file).forEach(checks::visit);
        }
        return checks.found;
    }

    private void visit(final EObject object) {
        if (object instanceof UnknownStatement) {
            statement(object);
        } else if (object instanceof UnknownElement) {
            element(object);
        } else if (object instanceof UnknownRoute) {
            report(object, "a route starts with its destination, `default`, or a type such as `blackhole`");
        } else if (object instanceof UnknownStep) {
            suggest(object, "unknown step", List.of("send", "reply", "wait", "repeat", "link", "given", "expect"));
        } else if (object instanceof UnknownProperty) {
            suggest(
                    object,
                    "unknown property of an interface",
                    List.of("address", "mtu", "rp-filter", "route-localnet", "forwarding"));
        }
    }

    private void element(final EObject object) {
        if (word(object).equals("}")) {
            report(object, "this `}` closes nothing");
            return;
        }
        suggest(object, "unknown declaration", elements);
    }

    private void statement(final EObject object) {
        final String word = word(object);
        if (object.eContainer() instanceof UnknownElement) {
            return;
        }
        final Optional<String> home = Optional.ofNullable(PartWords.HOMES.get(word));
        if (home.isPresent()) {
            report(object, "`" + word + "` does not fit here: " + home.get());
        } else if (matches.contains(word)) {
            report(object, "a rule starts with its action: `" + word + "` is a match");
        } else if (word.equals(";")) {
            report(object, "no `;` is needed");
        } else if (!word.matches("[A-Za-z_].*")) {
            report(object, "unexpected `" + word + "`");
        } else if (isFirstOfLine(object)) {
            suggest(object, "unknown action", actions);
        } else {
            suggest(object, "unknown match", new TreeSet<>(matches).stream().toList());
        }
    }

    private void suggest(final EObject object, final String what, final List<String> words) {
        final String word = word(object);
        final Diagnostic plain = Diagnostic.of(Code.SYNTAX_UNKNOWN_WORD, first(object), what + " `" + word + "`");
        final Optional<String> nearest = Nearest.of(word, words);
        found.add(nearest.map(each -> plain.note("did you mean `" + each + "`?")
                        .fix(Fix.replace("replace it with `" + each + "`", first(object), each)))
                .orElse(plain));
    }

    private void report(final EObject object, final String message) {
        found.add(Diagnostic.of(Code.SYNTAX_UNKNOWN_WORD, first(object), message));
    }

    private String word(final EObject object) {
        return leaf(object).getText().split("\\s", 2)[0];
    }

    private Span first(final EObject object) {
        final ILeafNode leaf = leaf(object);
        return spans.at(object.eResource(), leaf.getOffset(), word(object).length());
    }

    private static ILeafNode leaf(final EObject object) {
        final var node = Objects.requireNonNull(NodeModelUtils.findActualNodeFor(object), "parsed, so it has a node");
        return Objects.requireNonNull(Spans.firstLeaf(node), "an unknown stretch has a token");
    }

    private static boolean isFirstOfLine(final EObject object) {
        final ILeafNode leaf = leaf(object);
        final String before = leaf.getRootNode().getText().substring(0, leaf.getOffset());
        return before.substring(before.lastIndexOf('\n') + 1).isBlank()
                || before.stripTrailing().endsWith("{");
    }
}
