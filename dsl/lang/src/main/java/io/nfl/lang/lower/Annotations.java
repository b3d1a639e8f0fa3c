// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang.lower;

import io.nfl.diag.Code;
import io.nfl.diag.Diagnostic;
import io.nfl.diag.Fix;
import io.nfl.diag.Span;
import io.nfl.lang.Nearest;
import io.nfl.lang.nfl.Annotation;
import io.nfl.lang.nfl.NflPackage;
import io.nfl.lang.nfl.Rule;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code @allow("code")} in front of a rule. */
final class Annotations {
    private Annotations() {}

    /** The codes that the rule waives; told where there is no such code, or none that can be waived. */
    static Set<String> allowed(final Rule rule, final Findings findings) {
        final Set<String> allowed = new HashSet<>();
        for (final Annotation annotation : rule.getAnnotations()) {
            if (!"allow".equals(annotation.getName())) {
                findings.report(
                        Code.SYNTAX_UNKNOWN_WORD,
                        annotation,
                        "unknown annotation `@" + annotation.getName() + "`",
                        "there is `@allow(\"code\")` alone");
                continue;
            }
            for (int i = 0; i < annotation.getCodes().size(); i++) {
                final String written = annotation.getCodes().get(i);
                final Span span = findings.spans().of(annotation, NflPackage.eINSTANCE.getAnnotation_Codes(), i);
                final Optional<Code> code = Code.of(written);
                if (code.isEmpty()) {
                    unknown(written, span, findings);
                } else if (!code.get().isWaivable()) {
                    findings.report(
                            Code.VALUE_WORD,
                            span,
                            "`" + written + "` cannot be waived",
                            "what the kernel would not take, or what has no meaning, stays an error");
                } else {
                    allowed.add(written);
                }
            }
        }
        return allowed;
    }

    private static void unknown(final String written, final Span span, final Findings findings) {
        final Diagnostic plain =
                Diagnostic.of(Code.NAMES_UNKNOWN, span, "no diagnostic has the code `" + written + "`");
        final List<String> codes = Arrays.stream(Code.values())
                .filter(Code::isWaivable)
                .map(Code::id)
                .toList();
        findings.add(Nearest.of(written, codes)
                .map(each -> plain.note("did you mean `" + each + "`?")
                        .fix(Fix.replace("replace it with `" + each + "`", span, "\"" + each + "\"")))
                .orElse(plain));
    }
}
