// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang;

import io.nfl.diag.Code;
import io.nfl.diag.Diagnostic;
import io.nfl.diag.Fix;
import io.nfl.diag.Span;
import io.nfl.lang.PolicyReader.Reading;
import io.nfl.lang.nfl.Action;
import io.nfl.lang.nfl.Block;
import io.nfl.lang.nfl.Dnat;
import io.nfl.lang.nfl.Rule;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.xtext.EcoreUtil2;

/** Fixes that repeat what the user has written, which the checks do not see. */
public final class SourceFixes {
    private SourceFixes() {}

    public static Diagnostic add(final Diagnostic diagnostic, final Reading reading) {
        return fixes(diagnostic, reading).reduce(diagnostic, Diagnostic::fix, (one, other) -> other);
    }

    private static Stream<Fix> fixes(final Diagnostic diagnostic, final Reading reading) {
        if (diagnostic.code() == Code.FLOW_DNAT_OWN) {
            return action(Dnat.class, diagnostic.span(), reading)
                    .flatMap(each -> each.eContainer() instanceof Rule rule ? Optional.of(rule) : Optional.empty())
                    .flatMap(rule -> atOutput(rule, reading))
                    .stream();
        }
        if (diagnostic.code() == Code.PLACEMENT_ACTION) {
            return action(Action.class, diagnostic.span(), reading).stream()
                    .flatMap(action -> RuleMove.fixes(action, reading).stream());
        }
        return Stream.empty();
    }

    /** The action that the span is the first word of. */
    private static <T extends Action> Optional<T> action(final Class<T> type, final Span span, final Reading reading) {
        return reading.files().stream()
                .flatMap(file -> EcoreUtil2.getAllContentsOfType(file, type).stream())
                .filter(each -> reading.spans().firstWord(each).equals(span))
                .findFirst();
    }

    /** The same rule in a block of its own behind the one that it stands in; not where `when` adds to what it asks. */
    private static Optional<Fix> atOutput(final Rule rule, final Reading reading) {
        if (!(rule.eContainer() instanceof Block block)) {
            return Optional.empty();
        }
        final Span written = reading.spans().of(rule);
        final Span whole = reading.spans().of(block);
        final String text = reading.spans().source(rule).text();
        final int end = whole.offset() + whole.length();
        final String family =
                text.substring(whole.offset(), end).split("\\{", 2)[0].contains("ipv6") ? " ipv6" : "";
        return Optional.of(Fix.replace(
                "write it at `nat output` too",
                reading.spans().at(block.eResource(), end, 0),
                "\nnat output" + family + " {\n  "
                        + text.substring(written.offset(), written.offset() + written.length()) + "\n}"));
    }
}
