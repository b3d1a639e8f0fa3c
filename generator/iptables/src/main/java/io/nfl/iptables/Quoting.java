// SPDX-License-Identifier: Apache-2.0
package io.nfl.iptables;

/**
 * Words as iptables-restore splits them (iptables/xshared.c, {@code add_param_to_argv}): white space separates outside
 * of double quotes; within them a backslash takes the next character as it is.
 */
final class Quoting {
    private static final int MAX_LINE = 5000;

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

    /**
     * The text without anything that could end a comment line, and no longer than one can be: iptables-restore reads
     * 10,240 bytes at a time, and would take the rest of a longer line for a line of its own.
     */
    static String comment(final String text) {
        return cut(text, MAX_LINE).replaceAll("\\p{Cntrl}|\\u2028|\\u2029", " ");
    }

    /** The beginning of the text that has room in so many bytes of UTF-8. */
    static String cut(final String text, final int bytes) {
        int room = bytes;
        int end = 0;
        while (end < text.length()) {
            final int point = text.codePointAt(end);
            room -= point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x1_0000 ? 3 : 4;
            if (room < 0) {
                return text.substring(0, end);
            }
            end += Character.charCount(point);
        }
        return text;
    }
}
