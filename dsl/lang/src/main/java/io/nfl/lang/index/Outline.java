// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang.index;

import io.nfl.diag.Span;
import io.nfl.lang.PolicyReader.Reading;
import io.nfl.lang.Spans;
import io.nfl.lang.index.Section.Kind;
import io.nfl.lang.nfl.AddressList;
import io.nfl.lang.nfl.AddressSet;
import io.nfl.lang.nfl.Block;
import io.nfl.lang.nfl.Declaration;
import io.nfl.lang.nfl.Element;
import io.nfl.lang.nfl.ForeignChain;
import io.nfl.lang.nfl.Interface;
import io.nfl.lang.nfl.Mark;
import io.nfl.lang.nfl.NflPackage;
import io.nfl.lang.nfl.PolicyFile;
import io.nfl.lang.nfl.Publish;
import io.nfl.lang.nfl.RecentList;
import io.nfl.lang.nfl.RouteTable;
import io.nfl.lang.nfl.RoutingRule;
import io.nfl.lang.nfl.Rule;
import io.nfl.lang.nfl.Service;
import io.nfl.lang.nfl.Statement;
import io.nfl.lang.nfl.Test;
import io.nfl.lang.nfl.UnknownStatement;
import io.nfl.lang.nfl.UserChain;
import io.nfl.lang.nfl.Verify;
import io.nfl.lang.nfl.When;
import io.nfl.lang.nfl.Zone;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.emf.ecore.EObject;

/** The parts of a text: declarations, blocks and chains with their sections and named rules, routes, tests. */
public final class Outline {
    private static final int LONGEST = 80;

    private final Spans spans;
    private final String text;

    private Outline(final Spans spans, final String text) {
        this.spans = spans;
        this.text = text;
    }

    /** The parts of one file of a reading, in the order of its text. */
    public static List<Section> of(final Reading reading, final String file) {
        final List<Section> sections = new ArrayList<>();
        for (final PolicyFile each : reading.files()) {
            if (reading.spans().source(each).name().equals(file)) {
                final Outline outline = new Outline(
                        reading.spans(), reading.spans().source(each).text());
                outline.policy(each).ifPresent(sections::add);
                each.getElements().forEach(element -> outline.element(element).ifPresent(sections::add));
            }
        }
        return sections;
    }

    private Optional<Section> policy(final PolicyFile file) {
        if (file.getName() == null) {
            return Optional.empty();
        }
        final Span name = spans.of(file, NflPackage.eINSTANCE.getPolicyFile_Name());
        return Optional.of(new Section(Kind.POLICY, file.getName(), "policy", name, name, List.of()));
    }

    private Optional<Section> element(final Element element) {
        if (element instanceof Declaration declaration) {
            return declaration(declaration);
        }
        if (element instanceof Block block) {
            return Optional.of(headed(Kind.BLOCK, block, parts(block.getStatements())));
        }
        if (element instanceof ForeignChain chain) {
            return Optional.of(headed(Kind.CHAIN, chain, parts(chain.getStatements())));
        }
        if (element instanceof Publish || element instanceof RoutingRule) {
            return Optional.of(headed(element instanceof Publish ? Kind.PUBLISH : Kind.ROUTES, element, List.of()));
        }
        if (element instanceof Test test && test.getName() != null) {
            return Optional.of(named(test, NflPackage.eINSTANCE.getTest_Name(), test.getName(), "test"));
        }
        if (element instanceof Verify verify && verify.getName() != null) {
            return Optional.of(named(verify, NflPackage.eINSTANCE.getVerify_Name(), verify.getName(), "verify"));
        }
        return Optional.empty();
    }

    private Section named(
            final EObject element,
            final org.eclipse.emf.ecore.EStructuralFeature feature,
            final String name,
            final String detail) {
        return new Section(Kind.TEST, name, detail, spans.of(element), spans.of(element, feature), List.of());
    }

    private Optional<Section> declaration(final Declaration declaration) {
        if (declaration instanceof RouteTable table && table.getName() == null) {
            return Optional.of(headed(Kind.ROUTES, table, List.of()));
        }
        if (declaration.getName() == null) {
            return Optional.empty();
        }
        final Span whole = spans.of(declaration);
        final Span name = spans.name(declaration);
        final List<Section> parts = declaration instanceof UserChain chain ? parts(chain.getStatements()) : List.of();
        final String detail = declaration instanceof UserChain ? "chain" : line(declaration, whole, name);
        return Optional.of(new Section(kind(declaration), declaration.getName(), detail, whole, name, parts));
    }

    /** The keyword and what stands behind the name: {@code address 10.0.0.1, 10.0.0.2}. */
    private String line(final Declaration declaration, final Span whole, final Span name) {
        final int behind = name.offset() + name.length();
        final String keyword = text.substring(whole.offset(), name.offset()).strip();
        final String rest = text.substring(behind, Math.max(behind, whole.offset() + whole.length()))
                .strip()
                .replaceFirst("^[=:]\\s*", "");
        return shortened(declaration instanceof RouteTable ? keyword : keyword + " " + rest);
    }

    private static Kind kind(final Declaration declaration) {
        if (declaration instanceof Interface) {
            return Kind.INTERFACE;
        }
        if (declaration instanceof Zone) {
            return Kind.ZONE;
        }
        if (declaration instanceof AddressList) {
            return Kind.ADDRESS;
        }
        if (declaration instanceof Service) {
            return Kind.SERVICE;
        }
        if (declaration instanceof AddressSet) {
            return Kind.SET;
        }
        if (declaration instanceof RecentList) {
            return Kind.LIST;
        }
        if (declaration instanceof Mark) {
            return Kind.MARK;
        }
        return declaration instanceof UserChain ? Kind.CHAIN : Kind.ROUTES;
    }

    private List<Section> parts(final List<Statement> statements) {
        final List<Section> parts = new ArrayList<>();
        for (final Statement each : statements) {
            if (each instanceof When when) {
                parts.add(headed(Kind.WHEN, when, parts(when.getStatements())));
            } else if (each instanceof Rule rule && rule.getLabel() != null) {
                final Span label = spans.of(rule, NflPackage.eINSTANCE.getRule_Label());
                final Span whole = spans.of(rule);
                final String words =
                        text.substring(whole.offset(), label.offset()).replaceFirst("\\s+as\\s*$", "");
                parts.add(new Section(Kind.RULE, rule.getLabel(), shortened(words), whole, label, List.of()));
            } else if (each instanceof UnknownStatement unknown) {
                parts.addAll(parts(unknown.getStatements()));
            }
        }
        return parts;
    }

    /** A part that is known by the words before its brace. */
    private Section headed(final Kind kind, final EObject object, final List<Section> parts) {
        final Span whole = spans.of(object);
        final String head = before(whole, '{').stripTrailing();
        final Span selection = new Span(whole.file(), whole.line(), whole.column(), whole.offset(), head.length());
        return new Section(kind, shortened(head), "", whole, selection, parts);
    }

    private String before(final Span whole, final char sign) {
        final String all = text.substring(whole.offset(), Math.min(text.length(), whole.offset() + whole.length()));
        final int end = all.indexOf(sign);
        return end < 0 ? all : all.substring(0, end);
    }

    private static String shortened(final String words) {
        final String line =
                words.replaceAll("#[^\\n]*", " ").replaceAll("\\s+", " ").strip();
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST - 1) + "…";
    }
}
