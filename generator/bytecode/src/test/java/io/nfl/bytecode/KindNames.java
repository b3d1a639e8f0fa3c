// SPDX-License-Identifier: Apache-2.0
package io.nfl.bytecode;

import io.nfl.ir.Match;
import io.nfl.ir.Target;
import java.util.List;
import java.util.stream.Stream;

/** Names of the kinds of rules in a histogram. */
final class KindNames {
    /** Every match and every target; states by one name, as the classifier knows nothing else of them. */
    static final List<String> ALL = Stream.concat(
                    Stream.of(Match.class.getPermittedSubclasses()), Stream.of(Target.class.getPermittedSubclasses()))
            .map(KindNames::name)
            .toList();

    private KindNames() {}

    static String of(Match match) {
        return name(match.getClass());
    }

    static String of(Target target) {
        return name(target.getClass());
    }

    private static String name(Class<?> kind) {
        return (Match.class.isAssignableFrom(kind) ? "match " : "target ") + kind.getSimpleName();
    }
}
