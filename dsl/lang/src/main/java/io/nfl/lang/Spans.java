// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang;

import io.nfl.diag.Span;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.emf.ecore.EStructuralFeature;
import org.eclipse.emf.ecore.resource.Resource;
import org.eclipse.xtext.nodemodel.ILeafNode;
import org.eclipse.xtext.nodemodel.INode;
import org.eclipse.xtext.nodemodel.util.NodeModelUtils;
import org.jspecify.annotations.Nullable;

/** Where the parts of a model were written. */
public final class Spans {
    private final Map<Resource, Text> texts = new HashMap<>();
    private final Map<Resource, WrittenAs> elsewhere = new HashMap<>();

    /** A source and where its lines begin. */
    private record Text(Source source, int[] lineStarts) {}

    void add(final Resource resource, final Source source) {
        int count = 1;
        final String text = source.text();
        for (int i = 0; i < text.length(); i++) {
            count += text.charAt(i) == '\n' ? 1 : 0;
        }
        final int[] starts = new int[count];
        int line = 1;
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '\n') {
                starts[line++] = i + 1;
            }
        }
        texts.put(resource, new Text(source, starts));
    }

    /** A resource's text was written elsewhere, in a declaration that stands for it. */
    void add(final Resource resource, final WrittenAs places) {
        elsewhere.put(resource, places);
    }

    /** The source that a model was read from. */
    public Source source(final EObject object) {
        return Objects.requireNonNull(texts.get(object.eResource()), "a model of no source")
                .source();
    }

    String text(final Resource resource) {
        return Objects.requireNonNull(texts.get(resource), "a resource of no source")
                .source()
                .text();
    }

    /** The whole of an element, without the comments before it. */
    public Span of(final EObject object) {
        final INode node = NodeModelUtils.findActualNodeFor(object);
        return node == null ? Span.NONE : of(object.eResource(), node);
    }

    /** One value of a feature. */
    public Span of(final EObject object, final EStructuralFeature feature, final int index) {
        final List<INode> nodes = NodeModelUtils.findNodesForFeature(object, feature);
        return index < nodes.size() ? of(object.eResource(), nodes.get(index)) : of(object);
    }

    public Span of(final EObject object, final EStructuralFeature feature) {
        return of(object, feature, 0);
    }

    /** The name of a declaration, or the whole where it has none. */
    public Span name(final EObject object) {
        final EStructuralFeature name = object.eClass().getEStructuralFeature("name");
        return name == null ? of(object) : of(object, name);
    }

    /** The first word of an element: its verb or keyword. */
    public Span firstWord(final EObject object) {
        final INode node = NodeModelUtils.findActualNodeFor(object);
        if (node == null) {
            return Span.NONE;
        }
        final ILeafNode leaf = firstLeaf(node);
        return leaf == null ? of(object.eResource(), node) : of(object.eResource(), leaf);
    }

    static @Nullable ILeafNode firstLeaf(final INode node) {
        for (final ILeafNode leaf : node.getLeafNodes()) {
            if (!leaf.isHidden()) {
                return leaf;
            }
        }
        return null;
    }

    Span of(final Resource resource, final INode node) {
        final ILeafNode first = firstLeaf(node);
        final int begin = first == null ? node.getOffset() : first.getOffset();
        return at(resource, begin, Math.max(0, node.getOffset() + node.getLength() - begin));
    }

    /** A stretch by its offset. */
    public Span at(final Resource resource, final int offset, final int length) {
        final Text text = Objects.requireNonNull(texts.get(resource), "a resource of no source");
        final WrittenAs places = elsewhere.get(resource);
        if (places != null) {
            return places.at(offset);
        }
        final int bounded = Math.max(0, Math.min(offset, text.source().text().length()));
        int line = Arrays.binarySearch(text.lineStarts(), bounded);
        line = line >= 0 ? line : -line - 2;
        return new Span(text.source().name(), line + 1, bounded - text.lineStarts()[line] + 1, bounded, length);
    }
}
