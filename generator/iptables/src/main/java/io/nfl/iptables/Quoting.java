// SPDX-License-Identifier: Apache-2.0
package io.nfl.iptables;

/**
 * Words as iptables-restore splits them (iptables/xshared.c, {@code add_param_to_argv}): white space separates outside
 * of double quotes; within them a backslash takes the next character as it is.
 */
final class Quoting {
    private Quoting() {}

    /**
     * The word, in quotes where it needs them as {@code xtables_save_string} writes it. A control character, which
     * would end the line, has no place in a word and is written as a space.
     */
    static String quote(final String word) {
        final StringBuilder text = new StringBuilder();
        boolean plain = !word.isEmpty();
        for (int i = 0; i < word.length(); i++) {
            final char c = word.charAt(i);
            plain &= c < 128 && (Character.isLetterOrDigit(c) || c == '_' || c == '-');
            if (c == '"' || c == '\\' || c == '\'') {
                text.append('\\');
            }
            text.append(Character.isISOControl(c) ? ' ' : c);
        }
        return plain ? word : "\"" + text + "\"";
    }

    /** The text without anything that could end a comment line. */
    static String comment(final String text) {
        return text.replaceAll("\\p{Cntrl}|\\u2028|\\u2029", " ");
    }
}
