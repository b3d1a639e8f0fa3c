// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** The word that was meant: the nearest by edits, a swap of neighbours counted as one. */
public final class Nearest {
    private static final int SHORT_WORD = 3;

    private Nearest() {}

    public static Optional<String> of(final String word, final Collection<String> words) {
        Optional<String> best = Optional.empty();
        int least = word.length() <= SHORT_WORD ? 2 : 3;
        for (final String each : words) {
            final int distance = distance(word.toLowerCase(Locale.ROOT), each.toLowerCase(Locale.ROOT));
            if (distance < least && distance < Math.max(word.length(), each.length())) {
                least = distance;
                best = Optional.of(each);
            }
        }
        return best;
    }

    private static int distance(final String a, final String b) {
        final int[][] table = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                table[i][j] = i == 0 || j == 0 ? i + j : cell(table, a, b, i, j);
            }
        }
        return table[a.length()][b.length()];
    }

    private static int cell(final int[][] table, final String a, final String b, final int i, final int j) {
        final int replaced = table[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        final int least = Math.min(replaced, Math.min(table[i - 1][j], table[i][j - 1]) + 1);
        final boolean swapped =
                i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(least, table[i - 2][j - 2] + 1) : least;
    }
}
