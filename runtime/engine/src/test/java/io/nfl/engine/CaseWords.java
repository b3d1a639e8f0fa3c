// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine;

import java.util.ArrayList;
import java.util.List;

/** The words of a line of a case, with options among them; each is read once. */
public final class CaseWords {
    private final List<String> words;

    public CaseWords(final String line) {
        words = new ArrayList<>(List.of(line.strip().split("\\s+")));
    }

    public String next() {
        return words.remove(0);
    }

    /** Whether the word stands somewhere. */
    public boolean flag(final String name) {
        return words.remove(name);
    }

    /** The word behind {@code name}. */
    public String option(final String name, final String otherwise) {
        final int at = words.indexOf(name);
        if (at < 0) {
            return otherwise;
        }
        words.remove(at);
        return words.remove(at);
    }

    public int number(final String name, final int otherwise) {
        return Integer.decode(option(name, Integer.toString(otherwise)));
    }

    /** Fails where a word is left that nobody has read. */
    public void end() {
        if (!words.isEmpty()) {
            throw new IllegalArgumentException("words that nobody reads: " + words);
        }
    }
}
