// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang;

import io.nfl.diag.Code;
import io.nfl.diag.Diagnostic;
import io.nfl.diag.Note;
import io.nfl.diag.Span;
import io.nfl.ir.Chain;
import io.nfl.lang.nfl.AddressSet;
import io.nfl.lang.nfl.Declaration;
import io.nfl.lang.nfl.Element;
import io.nfl.lang.nfl.Interface;
import io.nfl.lang.nfl.NflPackage;
import io.nfl.lang.nfl.PolicyFile;
import io.nfl.lang.nfl.Publish;
import io.nfl.lang.nfl.RouteTable;
import io.nfl.lang.nfl.UserChain;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.xtext.EcoreUtil2;

/** Names declared twice, too long, or never used; devices declared twice. */
final class NameChecks {
    private static final int MAX_SET_NAME = 31;

    private static final Set<String> TAKEN_CHAINS = Set.of(
            "PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING", "ACCEPT", "DROP", "RETURN", "QUEUE", "standard");

    private final Spans spans;
    private final List<Diagnostic> found = new ArrayList<>();
    private final Map<String, Declaration> byName = new HashMap<>();
    private final Map<String, Interface> byDevice = new HashMap<>();
    private final Map<String, Span> publishChains = new HashMap<>();

    private NameChecks(final Spans spans) {
        this.spans = spans;
    }

    static List<Diagnostic> of(final List<PolicyFile> files, final PolicyFile builtin, final Spans spans) {
        final NameChecks checks = new NameChecks(spans);
        final Set<EObject> used = new HashSet<>();
        builtin.getElements().forEach(each -> checks.predeclared((Declaration) each));
        files.forEach(checks::publishChains);
        for (final PolicyFile file : files) {
            checks.declarations(file);
            EcoreUtil2.eAllContents(file).forEach(each -> used.addAll(each.eCrossReferences()));
        }
        files.forEach(file -> checks.unused(file, used));
        return checks.found;
    }

    private void predeclared(final Declaration declaration) {
        byName.put(declaration.getName(), declaration);
        if (declaration instanceof Interface each) {
            byDevice.put(each.getDevice(), each);
        }
    }

    private void declarations(final PolicyFile file) {
        for (final Element element : file.getElements()) {
            if (element instanceof Declaration declaration && declaration.getName() != null) {
                twice(declaration);
                length(declaration);
                taken(declaration);
                if (PartWords.TO_COME.contains(declaration.getName())) {
                    found.add(Diagnostic.of(
                                    Code.UNSUPPORTED,
                                    spans.name(declaration),
                                    "not supported yet: `" + declaration.getName() + "`")
                            .note("it will be a word of the language and no name"));
                }
            }
            if (element instanceof Interface each && each.getDevice() != null) {
                device(each);
            }
        }
    }

    private void twice(final Declaration declaration) {
        final Declaration first = byName.putIfAbsent(declaration.getName(), declaration);
        if (first != null) {
            final Diagnostic plain = Diagnostic.of(
                    Code.NAMES_DUPLICATE,
                    spans.name(declaration),
                    "`" + declaration.getName() + "` is declared already");
            found.add(plain.note(firstNote(first)));
        }
    }

    private Note firstNote(final Declaration first) {
        final Span span = spans.name(first);
        final String label = NameKind.labelOf(first);
        return span.file().equals("builtin.nfl")
                ? Note.of("it is a predeclared " + label)
                : Note.at(span, "first declared here, as " + label);
    }

    private void length(final Declaration declaration) {
        final int most;
        if (declaration instanceof UserChain) {
            most = Chain.MAX_NAME_LENGTH;
        } else if (declaration instanceof AddressSet) {
            most = MAX_SET_NAME;
        } else {
            return;
        }
        final int length = declaration.getName().length();
        if (length > most) {
            final String label = NameKind.labelOf(declaration);
            found.add(Diagnostic.of(
                            Code.NAMES_TOO_LONG,
                            spans.name(declaration),
                            "the name of a " + label + " has at most " + most + " characters, this one has " + length)
                    .note("the kernel has no room for more"));
        }
    }

    /** Names of chains that are there already: iptables' own, which it would not make, and those of {@code publish}. */
    private void taken(final Declaration declaration) {
        final String name = declaration.getName();
        if (!(declaration instanceof UserChain)) {
            return;
        }
        final Span publish = publishChains.get(name);
        final Optional<Note> note = TAKEN_CHAINS.contains(name)
                ? Optional.of(Note.of("it is a chain or a verdict of iptables itself"))
                : Optional.ofNullable(publish).map(each -> Note.at(each, "the chain of this `publish`"));
        note.ifPresent(each -> found.add(
                Diagnostic.of(Code.NAMES_DUPLICATE, spans.name(declaration), "`" + name + "` is declared already")
                        .note(each)));
    }

    private void publishChains(final PolicyFile file) {
        for (final Element element : file.getElements()) {
            if (element instanceof Publish) {
                final String name = "publish-" + (publishChains.size() / 2 + 1);
                publishChains.put(name, spans.of(element));
                publishChains.put(name + "-own", spans.of(element));
            }
        }
    }

    private void device(final Interface declaration) {
        final String device = declaration.getDevice();
        final Span span = spans.of(declaration, NflPackage.eINSTANCE.getInterface_Device());
        final Interface first = byDevice.putIfAbsent(device, declaration);
        if (first != null) {
            found.add(Diagnostic.of(Code.NAMES_DEVICE_TWICE, span, "device `" + device + "` is declared already")
                    .note(firstNote(first)));
        }
    }

    private void unused(final PolicyFile file, final Set<EObject> used) {
        for (final Element element : file.getElements()) {
            final boolean countsAsUse = element instanceof Interface || element instanceof UserChain;
            if (element instanceof Declaration declaration
                    && declaration.getName() != null
                    && !countsAsUse
                    && !(declaration instanceof RouteTable table && table.getNumber() == null)
                    && !used.contains(declaration)
                    && byName.get(declaration.getName()) == declaration) {
                found.add(Diagnostic.of(
                        Code.NAMES_UNUSED,
                        spans.name(declaration),
                        NameKind.labelOf(declaration) + " `" + declaration.getName() + "` is never used"));
            }
        }
    }
}
