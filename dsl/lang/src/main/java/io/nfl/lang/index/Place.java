// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang.index;

import io.nfl.check.Placement.Word;
import io.nfl.diag.Span;
import io.nfl.lang.PolicyReader.Expansion;
import io.nfl.lang.PolicyReader.Reading;
import io.nfl.lang.nfl.Action;
import io.nfl.lang.nfl.Block;
import io.nfl.lang.nfl.Import;
import io.nfl.lang.nfl.Match;
import io.nfl.lang.nfl.NflPackage;
import io.nfl.lang.nfl.PolicyFile;
import io.nfl.lang.nfl.PortPart;
import io.nfl.lang.nfl.Publish;
import io.nfl.lang.nfl.Rule;
import java.util.List;
import java.util.Optional;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.xtext.EcoreUtil2;
import org.eclipse.xtext.EnumRule;
import org.eclipse.xtext.Keyword;
import org.eclipse.xtext.ParserRule;
import org.eclipse.xtext.RuleCall;
import org.eclipse.xtext.nodemodel.ILeafNode;
import org.eclipse.xtext.nodemodel.INode;
import org.eclipse.xtext.nodemodel.util.NodeModelUtils;
import org.jspecify.annotations.Nullable;

/**
 * What stands at an offset of a text.
 *
 * @param span of the word there
 * @param rule the rule, or the declaration that stands for rules, that it is part of
 * @param words the rows of the table of placement that a keyword there is; the one that it begins with first
 * @param block the head of a block, if the word is part of it
 * @param imported the path of an import, if the word is part of one
 * @param expansion what a publish there stands for, as NFL
 */
public record Place(
        Span span,
        Optional<Span> rule,
        List<Word> words,
        Optional<String> block,
        Optional<String> imported,
        Optional<String> expansion) {
    public Place {
        words = List.copyOf(words);
    }

    /** Empty in comments and between words. */
    public static Optional<Place> at(final Reading reading, final String file, final int offset) {
        for (final PolicyFile each : reading.files()) {
            if (reading.spans().source(each).name().equals(file)) {
                return Optional.ofNullable(NodeModelUtils.findActualNodeFor(each))
                        .map(node -> leaf(node.getRootNode(), offset))
                        .map(leaf -> of(reading, each, leaf));
            }
        }
        return Optional.empty();
    }

    private static @Nullable ILeafNode leaf(final INode root, final int offset) {
        final ILeafNode leaf = NodeModelUtils.findLeafNodeAtOffset(root, offset);
        return leaf == null || leaf.isHidden() ? null : leaf;
    }

    private static Place of(final Reading reading, final PolicyFile file, final ILeafNode leaf) {
        final EObject object = NodeModelUtils.findActualSemanticObjectFor(leaf);
        final Span span = reading.spans().at(file.eResource(), leaf.getOffset(), leaf.getLength());
        if (object == null) {
            return new Place(span, Optional.empty(), List.of(), Optional.empty(), Optional.empty(), Optional.empty());
        }
        final Optional<Span> rule = Optional.<EObject>ofNullable(EcoreUtil2.getContainerOfType(object, Rule.class))
                .or(() -> Optional.ofNullable(EcoreUtil2.getContainerOfType(object, Publish.class)))
                .map(reading.spans()::of);
        return new Place(
                span,
                rule,
                isKeyword(leaf) ? words(object) : List.of(),
                object instanceof Block block ? head(block, leaf) : Optional.empty(),
                object instanceof Import statement ? Optional.ofNullable(statement.getPath()) : Optional.empty(),
                expansion(reading, rule));
    }

    private static Optional<String> expansion(final Reading reading, final Optional<Span> rule) {
        return reading.expansions().stream()
                .filter(each -> rule.isPresent() && each.span().equals(rule.get()))
                .map(Expansion::text)
                .findFirst();
    }

    private static Optional<String> head(final Block block, final ILeafNode leaf) {
        final boolean first = NodeModelUtils.findNodesForFeature(block, NflPackage.eINSTANCE.getBlock_Kind()).stream()
                        .anyMatch(each -> covers(each, leaf))
                || NodeModelUtils.findNodesForFeature(block, NflPackage.eINSTANCE.getBlock_Hook()).stream()
                        .anyMatch(each -> covers(each, leaf));
        return first
                ? Optional.of(
                        block.getKind().getLiteral() + " " + block.getHook().getLiteral())
                : Optional.empty();
    }

    private static boolean covers(final INode node, final INode leaf) {
        return node.getOffset() <= leaf.getOffset() && leaf.getOffset() < node.getOffset() + node.getLength();
    }

    /** Words of the grammar and of its enumerations; names and values are none. */
    private static boolean isKeyword(final ILeafNode leaf) {
        final EObject grammar = leaf.getGrammarElement();
        if (!Character.isLetter(leaf.getText().charAt(0))) {
            return false;
        }
        return grammar instanceof RuleCall call
                ? call.getRule() instanceof EnumRule
                : grammar instanceof Keyword && !isName((Keyword) grammar)
                        || EcoreUtil2.getContainerOfType(grammar, EnumRule.class) != null;
    }

    /** A soft word that stands as a name is no keyword there. */
    private static boolean isName(final Keyword keyword) {
        final ParserRule rule = EcoreUtil2.getContainerOfType(keyword, ParserRule.class);
        return rule != null && rule.getName().equals("SoftWord");
    }

    private static List<Word> words(final EObject object) {
        for (EObject each = object; each != null; each = each.eContainer()) {
            if (each instanceof PortPart part && RuleWords.ofPart(part).isPresent()) {
                return RuleWords.ofPart(part).stream().toList();
            }
            if (each instanceof Action || each instanceof Match) {
                return RuleWords.of(each);
            }
        }
        return List.of();
    }
}
