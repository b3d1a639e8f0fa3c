// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang;

import com.google.inject.Injector;
import io.nfl.diag.Code;
import io.nfl.diag.Diagnostic;
import io.nfl.diag.Fix;
import io.nfl.diag.Span;
import io.nfl.lang.nfl.Element;
import io.nfl.lang.nfl.Import;
import io.nfl.lang.nfl.NflPackage;
import io.nfl.lang.nfl.PolicyFile;
import io.nfl.lang.nfl.Publish;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.eclipse.emf.common.util.URI;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.emf.ecore.resource.Resource;
import org.eclipse.xtext.diagnostics.AbstractDiagnostic;
import org.eclipse.xtext.linking.lazy.LazyLinkingResource;
import org.eclipse.xtext.resource.XtextResource;
import org.eclipse.xtext.resource.XtextResourceSet;
import org.eclipse.xtext.util.CancelIndicator;

/**
 * Text in, linked model and diagnostics out: the policy with all that it imports, and what is predeclared. NOT thread
 * safe; a language set-up is shared by all readings.
 */
public final class PolicyReader {
    private static final Source BUILTIN = new Source("builtin.nfl", builtin());

    private final Injector injector;
    private final SourceFinder finder;
    private final XtextResourceSet set;
    private final Spans spans = new Spans();
    private final Map<String, PolicyFile> byName = new LinkedHashMap<>();
    private final List<PolicyFile> importsFirst = new ArrayList<>();
    /** Files whose imports are being read, the policy first. */
    private final List<String> open = new ArrayList<>();

    private final List<Diagnostic> found = new ArrayList<>();
    /** Words of stretches that were not understood: a name among them may be declared there. */
    private final Set<String> skipped = new HashSet<>();
    /** Resources with slips: what the parser and the linker say of the consequences is of no use. */
    private final Set<Resource> broken = new HashSet<>();

    private int count;

    private PolicyReader(final Injector injector, final SourceFinder finder) {
        this.injector = injector;
        this.finder = finder;
        this.set = injector.getInstance(XtextResourceSet.class);
    }

    /**
     * What a reading gave.
     *
     * @param files the policy and its imports, imported ones before those that import them
     * @param expansions what the publish declarations stand for
     * @param builtin what is predeclared
     * @param diagnostics of syntax and names, unsorted
     */
    public record Reading(
            PolicyFile policy,
            List<PolicyFile> files,
            List<Expansion> expansions,
            PolicyFile builtin,
            Spans spans,
            List<Diagnostic> diagnostics) {
        public Reading {
            files = List.copyOf(files);
            expansions = List.copyOf(expansions);
            diagnostics = List.copyOf(diagnostics);
        }
    }

    /**
     * A publish declaration written out.
     *
     * @param span of the declaration
     * @param localnetDevices that need route_localnet for it
     */
    public record Expansion(Span span, String text, PolicyFile file, List<String> localnetDevices) {
        public Expansion {
            localnetDevices = List.copyOf(localnetDevices);
        }
    }

    /** Reads a policy. */
    public static Reading read(final Source policy, final SourceFinder finder) {
        return new PolicyReader(Language.INJECTOR, finder).read(policy);
    }

    static Injector language() {
        return Language.INJECTOR;
    }

    /** The language, set up once. */
    private static final class Language {
        private static final Injector INJECTOR = new NflStandaloneSetup().createInjectorAndDoEMFRegistration();
    }

    private Reading read(final Source policy) {
        final Nesting.Result nesting = Nesting.check(policy);
        nesting.tooDeep().ifPresent(found::add);
        final PolicyFile file = load(new Source(policy.name(), nesting.text()));
        final PolicyFile builtin = parse(BUILTIN);
        syntax(nesting.tooDeep().isPresent());
        final boolean sound = found.isEmpty();
        for (final Resource resource : List.copyOf(set.getResources())) {
            link(resource);
        }
        final List<Expansion> expansions = found.stream().anyMatch(Diagnostic::isError) ? List.of() : expansions();
        NameChecks.of(importsFirst, builtin, spans).stream()
                .filter(each -> sound || each.isError())
                .forEach(found::add);
        return new Reading(file, importsFirst, expansions, builtin, spans, found);
    }

    /** @param cut the text ends before its time, which has been said */
    private void syntax(final boolean cut) {
        for (final PolicyFile file : importsFirst) {
            final Resource resource = file.eResource();
            final String text = spans.text(resource);
            final SyntaxChecks.Findings findings = SyntaxChecks.of(resource, text, spans, injector);
            skipped.addAll(findings.words());
            findings.diagnostics().stream()
                    .filter(each -> !cut || each.span().offset() < text.length())
                    .forEach(found::add);
            if (!findings.diagnostics().isEmpty()) {
                broken.add(resource);
            }
        }
    }

    private List<Expansion> expansions() {
        final PublishExpansion publishing = new PublishExpansion(spans, importsFirst, found);
        final List<Expansion> all = new ArrayList<>();
        for (final PolicyFile file : importsFirst) {
            for (final Element element : file.getElements()) {
                if (element instanceof Publish publish) {
                    publishing.expand(publish, all.size() + 1).ifPresent(each -> {
                        final Span span = spans.of(publish);
                        final PolicyFile parsed = parse(new Source("publish at " + span, each.text()));
                        spans.add(parsed.eResource(), each.places());
                        all.add(new Expansion(span, each.text(), parsed, each.localnetDevices()));
                    });
                }
            }
        }
        all.forEach(each -> link(each.file().eResource()));
        return all;
    }

    private PolicyFile load(final Source source) {
        final PolicyFile file = parse(source);
        byName.put(source.name(), file);
        open.add(source.name());
        file.getElements().stream()
                .filter(Import.class::isInstance)
                .map(Import.class::cast)
                .forEach(each -> follow(source, each));
        open.remove(source.name());
        importsFirst.add(file);
        return file;
    }

    private void follow(final Source importing, final Import statement) {
        if (statement.getPath() == null) {
            return;
        }
        final Span span = spans.of(statement, NflPackage.eINSTANCE.getImport_Path());
        final Optional<Source> imported = finder.find(importing, statement.getPath());
        if (imported.isEmpty()) {
            found.add(Diagnostic.of(Code.NAMES_IMPORT, span, "there is no file `" + statement.getPath() + "` to import")
                    .note("the path is relative to the file that imports"));
            return;
        }
        final String name = imported.get().name();
        if (open.contains(name)) {
            final String circle = String.join(" imports ", open.subList(open.indexOf(name), open.size()));
            found.add(Diagnostic.of(Code.NAMES_IMPORT, span, "`" + statement.getPath() + "` is imported in a circle")
                    .note(circle + " imports " + name)
                    .note("what both need can stand in a file of its own, which both import"));
        } else if (!byName.containsKey(name)) {
            load(imported.get());
        }
    }

    private PolicyFile parse(final Source source) {
        final XtextResource resource = (XtextResource) set.createResource(URI.createURI("nfl:/" + count++ + ".nfl"));
        spans.add(resource, source);
        final byte[] bytes = source.text().getBytes(StandardCharsets.UTF_8);
        try {
            resource.load(
                    new ByteArrayInputStream(bytes),
                    new HashMap<>(Map.of(XtextResource.OPTION_ENCODING, StandardCharsets.UTF_8.name())));
        } catch (final IOException e) {
            throw new UncheckedIOException("a byte array cannot fail to be read", e);
        }
        final EObject root = Objects.requireNonNull(resource.getParseResult()).getRootASTElement();
        return (PolicyFile) Objects.requireNonNull(root, "the grammar makes a root of any text");
    }

    private void link(final Resource resource) {
        ((LazyLinkingResource) resource).resolveLazyCrossReferences(CancelIndicator.NullImpl);
        for (final Resource.Diagnostic each : resource.getErrors()) {
            if (each instanceof AbstractDiagnostic diagnostic) {
                final Diagnostic said = diagnostic(resource, diagnostic);
                if (!isConsequence(resource, said)) {
                    found.add(said);
                }
            }
        }
    }

    private boolean isConsequence(final Resource resource, final Diagnostic said) {
        if (said.code() == Code.SYNTAX_UNEXPECTED) {
            return broken.contains(resource);
        }
        final String text = spans.text(resource);
        final int end =
                Math.min(text.length(), said.span().offset() + said.span().length());
        return skipped.contains(text.substring(said.span().offset(), end));
    }

    private Diagnostic diagnostic(final Resource resource, final AbstractDiagnostic diagnostic) {
        final Span span = spans.at(resource, diagnostic.getOffset(), diagnostic.getLength());
        final Code code = code(diagnostic.getCode());
        final Diagnostic plain = Diagnostic.of(code, span, diagnostic.getMessage());
        if (code == Code.NAMES_UNKNOWN && diagnostic.getData().length == 1) {
            final String nearest = diagnostic.getData()[0];
            return plain.note("did you mean `" + nearest + "`?")
                    .fix(Fix.replace("replace it with `" + nearest + "`", span, nearest));
        }
        return plain;
    }

    private static Code code(final String id) {
        if (Code.NAMES_UNKNOWN.id().equals(id)) {
            return Code.NAMES_UNKNOWN;
        }
        return Code.NAMES_WRONG_KIND.id().equals(id) ? Code.NAMES_WRONG_KIND : Code.SYNTAX_UNEXPECTED;
    }

    private static String builtin() {
        try (InputStream stream = Objects.requireNonNull(PolicyReader.class.getResourceAsStream("builtin.nfl"))) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
