// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang;

import io.nfl.diag.Code;
import io.nfl.lang.nfl.Declaration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.xtext.diagnostics.DiagnosticMessage;
import org.eclipse.xtext.diagnostics.Severity;
import org.eclipse.xtext.linking.impl.LinkingDiagnosticMessageProvider;
import org.jspecify.annotations.Nullable;

/** Names that mean nothing at their place. The nearest name of the right kind travels as the diagnostic's data. */
public class LinkingMessages extends LinkingDiagnosticMessageProvider {
    @Override
    public @Nullable DiagnosticMessage getUnresolvedProxyMessage(final ILinkingDiagnosticContext context) {
        final EObject object = context.getContext();
        final NameKind kind = NameKind.at(object, context.getReference());
        final String name =
                context.getLinkText().startsWith("^") ? context.getLinkText().substring(1) : context.getLinkText();
        final Map<String, Declaration> all = NameScopes.byName(object.eResource());
        final Declaration other = all.get(name);
        if (other != null) {
            return new DiagnosticMessage(
                    "`" + name + "` is " + article(NameKind.labelOf(other)) + ", here stands " + article(kind.label()),
                    Severity.ERROR,
                    Code.NAMES_WRONG_KIND.id());
        }
        final List<String> names = all.values().stream()
                .filter(kind::takes)
                .map(Declaration::getName)
                .toList();
        final Optional<String> nearest = Nearest.of(name, names);
        return new DiagnosticMessage(
                "no " + kind.label() + " is called `" + name + "`",
                Severity.ERROR,
                Code.NAMES_UNKNOWN.id(),
                nearest.map(each -> new String[] {each}).orElse(new String[0]));
    }

    private static String article(final String label) {
        return ("aeiou".indexOf(label.charAt(0)) >= 0 ? "an " : "a ") + label;
    }
}
