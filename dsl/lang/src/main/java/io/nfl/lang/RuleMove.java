// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang;

import io.nfl.api.net.Family;
import io.nfl.api.net.Hook;
import io.nfl.check.Placement;
import io.nfl.diag.Fix;
import io.nfl.diag.Span;
import io.nfl.ir.BlockKind;
import io.nfl.lang.PolicyReader.Reading;
import io.nfl.lang.nfl.Action;
import io.nfl.lang.nfl.Block;
import io.nfl.lang.nfl.NflPackage;
import io.nfl.lang.nfl.Rule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.emf.ecore.EStructuralFeature;
import org.eclipse.xtext.nodemodel.INode;
import org.eclipse.xtext.nodemodel.util.NodeModelUtils;

/**
 * A rule whose action cannot stand in its block, moved to where all of it may: the same kind at another hook, or
 * another kind at the same hook. In chains and in {@code when} a move would change what the rule asks: there is none.
 */
final class RuleMove {
    private final Reading reading;
    private final Rule rule;
    private final Block block;
    private final String text;

    private RuleMove(final Reading reading, final Rule rule, final Block block) {
        this.reading = reading;
        this.rule = rule;
        this.block = block;
        this.text = reading.spans().source(rule).text();
    }

    /** Each place that the rule could move to, the table's first one first. */
    static List<Fix> fixes(final Action action, final Reading reading) {
        if (!(action.eContainer() instanceof Rule rule) || !(rule.eContainer() instanceof Block block)) {
            return List.of();
        }
        final RuleMove move = new RuleMove(reading, rule, block);
        return move.word(Placement.Kind.ACTION, action).stream()
                .flatMap(word -> move.near(word.where()).stream())
                .filter(move::takesAll)
                .map(move::to)
                .toList();
    }

    /** Other hooks of the kind; else the other kind at the hook, if there is just one: of several none is meant. */
    private List<Placement.Block> near(final List<Placement.Block> places) {
        final List<Placement.Block> hooks = places.stream()
                .filter(place -> place.kind().label().equals(block.getKind().getLiteral()))
                .toList();
        final List<Placement.Block> kinds =
                places.stream().filter(place -> place.hook().equals(hook())).toList();
        return !hooks.isEmpty() ? hooks : kinds.size() == 1 ? kinds : List.of();
    }

    private Hook hook() {
        return Hook.valueOf(block.getHook().getLiteral().toUpperCase(Locale.ROOT));
    }

    private boolean takesAll(final Placement.Block place) {
        final List<Placement.Word> words = new ArrayList<>();
        rule.getActions().forEach(each -> word(Placement.Kind.ACTION, each).ifPresent(words::add));
        rule.getMatches().forEach(each -> word(Placement.Kind.MATCH, each).ifPresent(words::add));
        return words.stream().allMatch(word -> word.families().stream().anyMatch(family -> takes(place, word, family)));
    }

    private static boolean takes(final Placement.Block place, final Placement.Word word, final Family family) {
        final BlockKind kind = place.kind();
        return Placement.refusal(
                        word, Optional.of(kind), new Placement.Place(kind.table(), place.hook()), family, false)
                .isEmpty();
    }

    /** The row of the table that an action or match begins with; of two, the longer one. */
    private Optional<Placement.Word> word(final Placement.Kind kind, final EObject part) {
        final String written =
                written(reading.spans().of(part)).replaceAll("\\s+", " ").replaceFirst("^not ", "");
        return Placement.words().stream()
                .filter(each -> each.kind() == kind)
                .filter(each -> (written + " ").startsWith(each.word() + " "))
                .max(Comparator.comparingInt(each -> each.word().length()));
    }

    private Fix to(final Placement.Block place) {
        final boolean alone = block.getStatements().size() == 1
                && written(NflPackage.eINSTANCE.getBlock_Policy()).isEmpty();
        return new Fix(
                (alone ? "make the block `" : "move it to `") + place + "`", alone ? rename(place) : move(place));
    }

    private List<Fix.Edit> rename(final Placement.Block place) {
        final Span kind = reading.spans().of(block, NflPackage.eINSTANCE.getBlock_Kind());
        final Span hook = reading.spans().of(block, NflPackage.eINSTANCE.getBlock_Hook());
        final int end = hook.offset() + hook.length();
        final Span both = reading.spans().at(block.eResource(), kind.offset(), end - kind.offset());
        return List.of(new Fix.Edit(both, place.toString()));
    }

    /** Out of its lines, and into a block of its own behind the one that it stood in. */
    private List<Fix.Edit> move(final Placement.Block place) {
        final Span whole = reading.spans().of(block);
        final int behind = whole.offset() + whole.length();
        final String family = written(NflPackage.eINSTANCE.getBlock_Family())
                .map(word -> " " + word)
                .orElse("");
        return List.of(
                new Fix.Edit(lines(reading.spans().of(rule)), ""),
                new Fix.Edit(
                        reading.spans().at(block.eResource(), behind, 0),
                        "\n\n" + place + family + " {\n  "
                                + written(reading.spans().of(rule)) + "\n}"));
    }

    /** With the rest of its lines, where that is blank. */
    private Span lines(final Span span) {
        int begin = span.offset();
        while (begin > 0 && isBlank(text.charAt(begin - 1))) {
            begin--;
        }
        int end = span.offset() + span.length();
        while (end < text.length() && isBlank(text.charAt(end))) {
            end++;
        }
        final boolean ownLines =
                begin > 0 && text.charAt(begin - 1) == '\n' && end < text.length() && text.charAt(end) == '\n';
        return ownLines ? reading.spans().at(rule.eResource(), begin, end + 1 - begin) : span;
    }

    private static boolean isBlank(final char c) {
        return c == ' ' || c == '\t' || c == '\r';
    }

    /** What the block says there; its enums have a value where it says nothing. */
    private Optional<String> written(final EStructuralFeature feature) {
        return NodeModelUtils.findNodesForFeature(block, feature).stream()
                .map(INode::getText)
                .map(String::strip)
                .findFirst();
    }

    private String written(final Span span) {
        return text.substring(span.offset(), span.offset() + span.length());
    }
}
