// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang.index;

import io.nfl.diag.Span;
import io.nfl.lang.PolicyReader.Reading;
import io.nfl.lang.Spans;
import io.nfl.lang.WordsAhead;
import io.nfl.lang.lower.Meaning;
import io.nfl.lang.nfl.Declaration;
import io.nfl.lang.nfl.PolicyFile;
import io.nfl.lang.nfl.UserChain;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.emf.ecore.EReference;
import org.eclipse.emf.ecore.util.InternalEList;
import org.eclipse.xtext.EcoreUtil2;
import org.eclipse.xtext.nodemodel.util.NodeModelUtils;

/** All names of a reading, declarations and uses, by their places. What has no meaning is not in it. */
public final class NameIndex {
    private final Reading reading;
    private final Spans spans;
    private final Map<String, NavigableMap<Integer, Mention>> byFile = new HashMap<>();
    private final Map<Declaration, Declared> declared = new HashMap<>();
    private final Map<Span, Declaration> bySite = new HashMap<>();
    private final Map<Span, List<Mention>> mentions = new HashMap<>();

    private NameIndex(final Reading reading) {
        this.reading = reading;
        this.spans = reading.spans();
    }

    /** Reads the names out of a reading. */
    public static NameIndex of(final Reading reading) {
        final NameIndex index = new NameIndex(reading);
        index.declarations(reading.builtin(), true);
        reading.files().forEach(file -> index.declarations(file, false));
        reading.files().forEach(index::uses);
        return index;
    }

    /** The name at an offset, or one that ends there. */
    public Optional<Mention> at(final String file, final int offset) {
        final NavigableMap<Integer, Mention> inFile = byFile.get(file);
        return Optional.ofNullable(inFile == null ? null : inFile.floorEntry(offset))
                .map(Map.Entry::getValue)
                .filter(each -> offset <= each.span().offset() + each.span().length());
    }

    /** All names of a file, in the order of its text. */
    public List<Mention> in(final String file) {
        final NavigableMap<Integer, Mention> inFile = byFile.get(file);
        return inFile == null ? List.of() : List.copyOf(inFile.values());
    }

    /** Where a declaration is named, itself included unless it is predeclared; empty for one of another reading. */
    public List<Mention> mentionsOf(final Declared of) {
        return Collections.unmodifiableList(mentions.getOrDefault(of.site(), List.of()));
    }

    /** The first declaration of a name, of whatever kind. */
    public Optional<Declared> declared(final String name) {
        return declared.values().stream()
                .filter(each -> each.name().equals(name))
                .min(Comparator.comparing(Declared::site));
    }

    /** What a name stands for, a line each: devices, addresses, ports, value and mask. Empty for chains. */
    public List<String> meaning(final Declared of) {
        final Declaration declaration = bySite.get(of.site());
        return declaration == null ? List.of() : Meaning.of(declaration, reading);
    }

    /** How packets come to a chain; empty for what is no chain. */
    public Optional<ChainReach> reach(final Declared of) {
        return bySite.get(of.site()) instanceof UserChain chain
                ? Optional.of(ChainReach.of(chain, reading))
                : Optional.empty();
    }

    private void declarations(final PolicyFile file, final boolean predeclared) {
        file.getElements().forEach(element -> {
            if (element instanceof Declaration declaration && declaration.getName() != null) {
                final Span site = spans.name(declaration);
                final Declared each = new Declared(
                        site,
                        spans.of(declaration),
                        declaration.getName(),
                        WordsAhead.kindOf(declaration),
                        predeclared);
                declared.put(declaration, each);
                bySite.put(site, declaration);
                if (!predeclared) {
                    add(new Mention(site, each, true));
                }
            }
        });
    }

    private void uses(final PolicyFile file) {
        final Iterator<EObject> all = EcoreUtil2.eAllContents(file).iterator();
        while (all.hasNext()) {
            final EObject object = all.next();
            for (final EReference reference : object.eClass().getEAllReferences()) {
                if (!reference.isContainment() && !reference.isContainer()) {
                    uses(object, reference);
                }
            }
        }
    }

    private void uses(final EObject object, final EReference reference) {
        final List<EObject> targets = targets(object, reference);
        final int written =
                NodeModelUtils.findNodesForFeature(object, reference).size();
        for (int i = 0; i < Math.min(targets.size(), written); i++) {
            final Declared target = declared.get(targets.get(i));
            if (target != null) {
                add(new Mention(spans.of(object, reference, i), target, false));
            }
        }
    }

    /** What is referred to, unresolved names as they are: to ask once more would tell of them once more. */
    private static List<EObject> targets(final EObject object, final EReference reference) {
        final List<EObject> targets = new ArrayList<>();
        if (reference.isMany()) {
            final InternalEList<?> list = (InternalEList<?>) Objects.requireNonNull(object.eGet(reference, false));
            for (int i = 0; i < list.size(); i++) {
                targets.add((EObject) list.basicGet(i));
            }
        } else if (object.eGet(reference, false) instanceof EObject target) {
            targets.add(target);
        }
        return targets;
    }

    private void add(final Mention mention) {
        byFile.computeIfAbsent(mention.span().file(), file -> new TreeMap<>())
                .put(mention.span().offset(), mention);
        mentions.computeIfAbsent(mention.of().site(), site -> new ArrayList<>()).add(mention);
    }
}
