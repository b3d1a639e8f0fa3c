// SPDX-License-Identifier: Apache-2.0
package io.nfl.iptables;

import java.util.ArrayList;
import java.util.List;

/** The words of a command line, one after the other. NOT thread safe. */
final class Words {
    private final List<String> words;
    private int next;

    private Words(final List<String> words) {
        this.words = words;
    }

    /** Splits as iptables-restore does: double quotes, and a backslash within them; single quotes as a shell does. */
    static Words split(final String line) throws Refusal {
        final List<String> words = new ArrayList<>();
        final StringBuilder word = new StringBuilder();
        char quote = 0;
        boolean inWord = false;
        for (int i = 0; i < line.length(); i++) {
            final char c = line.charAt(i);
            if (quote != 0 && c == quote) {
                quote = 0;
            } else if (quote == 0 && (c == '"' || c == '\'')) {
                quote = c;
                inWord = true;
            } else if (c == '\\' && quote != '\'' && i + 1 < line.length()) {
                word.append(line.charAt(++i));
                inWord = true;
            } else if (quote == 0 && (c == ' ' || c == '\t')) {
                if (inWord) {
                    words.add(word.toString());
                    word.setLength(0);
                    inWord = false;
                }
            } else {
                word.append(c);
                inWord = true;
            }
        }
        if (quote != 0) {
            throw Refusal.syntax("a quote is not closed");
        }
        if (inWord) {
            words.add(word.toString());
        }
        return new Words(words);
    }

    boolean hasNext() {
        return next < words.size();
    }

    String peek() {
        return hasNext() ? words.get(next) : "";
    }

    String next() {
        return words.get(next++);
    }

    /** Takes the next word if it is this one. */
    boolean take(final String word) {
        if (peek().equals(word) && hasNext()) {
            next++;
            return true;
        }
        return false;
    }

    /** The value of an option. */
    String value(final String option) throws Refusal {
        if (!hasNext()) {
            throw Refusal.syntax("`" + option + "` needs a value");
        }
        return next();
    }
}
