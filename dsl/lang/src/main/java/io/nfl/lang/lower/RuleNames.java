// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang.lower;

import io.nfl.diag.Code;
import io.nfl.lang.nfl.CheckBy;
import io.nfl.lang.nfl.CheckCounted;
import io.nfl.lang.nfl.PolicyFile;
import io.nfl.lang.nfl.Rule;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.emf.ecore.EObject;
import org.jspecify.annotations.Nullable;

/** The names that rules have, and those that tests speak of: {@code counted 0} of a slip would hold for ever. */
final class RuleNames {
    private final Findings findings;
    private final Set<String> names = new TreeSet<>();

    RuleNames(final Findings findings) {
        this.findings = findings;
    }

    void check(final List<PolicyFile> files) {
        for (final PolicyFile file : files) {
            file.eAllContents().forEachRemaining(each -> {
                if (each instanceof Rule rule && rule.getLabel() != null) {
                    names.add(rule.getLabel());
                }
            });
        }
        for (final PolicyFile file : files) {
            file.eAllContents().forEachRemaining(each -> {
                if (each instanceof CheckBy by) {
                    known(by, by.getRule());
                } else if (each instanceof CheckCounted counted) {
                    known(counted, counted.getRule());
                }
            });
        }
    }

    private void known(final EObject at, final @Nullable String name) {
        if (name != null && !names.contains(name)) {
            findings.report(
                    Code.NAMES_UNKNOWN,
                    at,
                    "no rule is called \"" + name + "\"",
                    names.isEmpty()
                            ? "no rule of this policy has a name; `as \"…\"` at its end gives it one"
                            : "names of rules: \"" + String.join("\", \"", names) + "\"");
        }
    }
}
