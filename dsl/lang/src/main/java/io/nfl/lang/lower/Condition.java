// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang.lower;

import java.util.List;

/** What a match of a rule asks, in one family. */
sealed interface Condition {
    /** All tests hold. */
    record All(List<Test> tests) implements Condition {
        public All {
            tests = List.copyOf(tests);
        }
    }

    /** One of the alternatives holds whole. */
    record Any(List<List<Test>> alternatives) implements Condition {
        public Any {
            alternatives = List.copyOf(alternatives);
        }
    }

    /** None of the alternatives holds whole. */
    record None(List<List<Test>> alternatives) implements Condition {
        public None {
            alternatives = List.copyOf(alternatives);
        }
    }

    /** Nothing of this family can match. */
    record Never() implements Condition {}

    /**
     * All, where one alternative is left or every negated one is a single invertible test that can stand with others.
     */
    static Condition of(final List<List<Test>> alternatives, final boolean negated) {
        if (alternatives.isEmpty()) {
            return negated ? new All(List.of()) : new Never();
        }
        if (!negated) {
            return alternatives.size() == 1 ? new All(alternatives.get(0)) : new Any(alternatives);
        }
        final boolean single = alternatives.stream()
                .allMatch(each -> each.size() == 1 && each.get(0).inverted().isPresent());
        final boolean stackable = alternatives.size() == 1
                || alternatives.stream().allMatch(each -> each.get(0) instanceof Test.Extension);
        if (single && stackable) {
            return new All(alternatives.stream()
                    .flatMap(each -> each.get(0).inverted().stream())
                    .toList());
        }
        return new None(alternatives);
    }
}
