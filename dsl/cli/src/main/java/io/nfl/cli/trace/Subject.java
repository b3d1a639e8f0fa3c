// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli.trace;

import io.nfl.cli.PolicyInput;
import io.nfl.ir.Policy;
import io.nfl.lang.Source;
import io.nfl.lang.SourceFinder;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * What packets are sent through.
 *
 * @param source its text as a policy, in whose names packets are written
 * @param whole makes of the policy that the text is the one that packets meet
 * @param sources a file's text by the name that spans carry
 * @param assumed what nobody said, a line each
 */
record Subject(
        Source source,
        SourceFinder finder,
        UnaryOperator<Policy> whole,
        Function<String, Optional<String>> sources,
        List<String> assumed) {
    Subject {
        assumed = List.copyOf(assumed);
    }

    /** A policy as it stands. */
    static Subject of(final PolicyInput input, final Source source) {
        return new Subject(source, input.finder(), policy -> policy, input::text, List.of());
    }
}
