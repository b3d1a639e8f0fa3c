// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang;

import io.nfl.diag.Span;
import io.nfl.lang.nfl.Publish;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.xtext.Keyword;
import org.eclipse.xtext.nodemodel.ILeafNode;
import org.eclipse.xtext.nodemodel.INode;
import org.eclipse.xtext.nodemodel.util.NodeModelUtils;

/**
 * The words of a {@code publish}, and which parts of its expansion come from them. Parts are marked in the text while
 * it is put together, by characters of no meaning that no policy has.
 */
final class PublishWords {
    private static final char END = '\uE000';
    private static final char FIRST = '\uE001';

    private final Spans spans;
    private final Publish publish;
    /** By the mark's distance from the first. */
    private final List<Span> marked = new ArrayList<>();

    PublishWords(final Spans spans, final Publish publish) {
        this.spans = spans;
        this.publish = publish;
    }

    /** {@code tcp 8080}. */
    String ports(final String text) {
        final INode last = node(publish.getPorts().get(publish.getPorts().size() - 1));
        return marked(text, between(keyword("publish", 1), last));
    }

    /** {@code on wan}. */
    String on(final String text) {
        return marked(text, between(keyword("on", 0), lastInterface()));
    }

    /** {@code tcp 8080 on wan}: all that says which packets are meant. */
    String meant(final String text) {
        return marked(text, between(keyword("publish", 1), lastInterface()));
    }

    /** {@code pc1:80}. */
    String target(final int number, final String text) {
        return marked(text, spans.of(publish.getTargets().get(number)));
    }

    /** {@code hairpin from lan}. */
    String hairpin(final String text) {
        final INode keyword = keyword("hairpin", 0);
        final List<? extends EObject> sources = publish.getSources();
        return marked(text, between(keyword, sources.isEmpty() ? keyword : node(sources.get(sources.size() - 1))));
    }

    /** {@code router}. */
    String router(final String text) {
        final INode keyword = keyword("router", 0);
        return marked(text, between(keyword, keyword));
    }

    private INode lastInterface() {
        return node(publish.getInterfaces().get(publish.getInterfaces().size() - 1));
    }

    private String marked(final String text, final Span words) {
        int at = marked.indexOf(words);
        if (at < 0) {
            at = marked.size();
            marked.add(words);
        }
        return (char) (FIRST + at) + text + END;
    }

    private static INode node(final EObject object) {
        return NodeModelUtils.findActualNodeFor(object);
    }

    /** The leaf so many words behind a keyword of the declaration itself. */
    private INode keyword(final String word, final int behind) {
        final List<ILeafNode> leaves = new ArrayList<>();
        for (final ILeafNode leaf : node(publish).getLeafNodes()) {
            if (!leaf.isHidden()) {
                leaves.add(leaf);
            }
        }
        for (int i = 0; i + behind < leaves.size(); i++) {
            if (leaves.get(i).getGrammarElement() instanceof Keyword
                    && leaves.get(i).getText().equals(word)) {
                return leaves.get(i + behind);
            }
        }
        return node(publish);
    }

    private Span between(final INode first, final INode last) {
        final Span begin = spans.of(publish.eResource(), first);
        return spans.at(publish.eResource(), begin.offset(), last.getOffset() + last.getLength() - begin.offset());
    }

    /** A text without its marks. */
    record Text(String plain, WrittenAs places) {}

    Text plain(final String text) {
        final StringBuilder plain = new StringBuilder();
        final List<WrittenAs.Stretch> stretches = new ArrayList<>();
        int begin = 0;
        Span words = Span.NONE;
        for (final char c : text.toCharArray()) {
            if (c == END) {
                stretches.add(new WrittenAs.Stretch(begin, plain.length(), words));
            } else if (c >= FIRST && c < FIRST + marked.size()) {
                begin = plain.length();
                words = marked.get(c - FIRST);
            } else {
                plain.append(c);
            }
        }
        return new Text(plain.toString(), new WrittenAs(spans.of(publish), stretches));
    }
}
