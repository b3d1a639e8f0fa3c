// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang.parser.antlr;

import org.antlr.runtime.CharStream;

/**
 * Recognises words that contain digits: addresses, durations, numbers in other forms, device patterns. What only looks
 * like one is taken whole too, so that a half-typed address is one wrong word with one message; lowering is strict.
 * Names, keywords, plain numbers, strings and comments are the generated lexer's. NOT thread safe.
 */
final class WordScanner {
    /** What a word is. */
    enum Word {
        IPV4,
        IPV6,
        MAC,
        DURATION,
        HEX,
        DECIMAL,
        HEX_PAIR,
        DEVICE_PATTERN,
        BAD_WORD,
        OTHER
    }

    private static final int MAC_GROUPS = 6;

    private int length;

    /** Characters of the last word that was not {@link Word#OTHER}. */
    int length() {
        return length;
    }

    Word scan(final CharStream in) {
        final int first = in.LA(1);
        if (first == ':') {
            return in.LA(2) == ':' ? withColons(in) : Word.OTHER;
        }
        if (isHex(first)) {
            final Word word = withColons(in);
            if (word != Word.OTHER) {
                return word;
            }
        }
        if (isDigit(first)) {
            return number(in);
        }
        return isLetter(first) ? device(in) : Word.OTHER;
    }

    /** An IPv6 or Ethernet address: groups of hex digits between at least two colons. */
    private Word withColons(final CharStream in) {
        int at = 1;
        int colons = 0;
        int groups = 0;
        int digits = 0;
        boolean pairs = true;
        for (int c = in.LA(at); isHex(c) || c == ':'; c = in.LA(++at)) {
            if (c != ':') {
                digits++;
                continue;
            }
            groups += digits > 0 ? 1 : 0;
            pairs &= digits == 2;
            digits = 0;
            colons++;
        }
        if (colons < 2 || isLetter(in.LA(at))) {
            return Word.OTHER;
        }
        if (pairs && digits == 2 && groups == MAC_GROUPS - 1) {
            length = at - 1;
            return Word.MAC;
        }
        at = dotted(in, at);
        if (in.LA(at) == '%') {
            at = word(in, at + 1);
        }
        length = mask(in, at) - 1;
        return Word.IPV6;
    }

    private Word number(final CharStream in) {
        if (isHexPair(in)) {
            return Word.HEX_PAIR;
        }
        final int end = word(in, 1);
        if (!onlyDigits(in, end)) {
            length = end - 1;
            return isHexNumber(in, end) ? Word.HEX : isDuration(in, end) ? Word.DURATION : Word.BAD_WORD;
        }
        final int dotted = dotted(in, end);
        if (dotted == end) {
            return Word.OTHER;
        }
        int dots = 0;
        for (int i = 1; i < dotted; i++) {
            dots += in.LA(i) == '.' ? 1 : 0;
        }
        final int masked = mask(in, dotted);
        length = masked - 1;
        return dots == 1 && masked == dotted ? Word.DECIMAL : Word.IPV4;
    }

    /** {@code 08:00}, {@code 1:1f}: a time of day or a class. */
    private boolean isHexPair(final CharStream in) {
        int at = hexDigits(in, 1);
        if (in.LA(at) != ':' || !isHex(in.LA(at + 1))) {
            return false;
        }
        at = hexDigits(in, at + 1);
        length = at - 1;
        return !isWordPart(in.LA(at)) && in.LA(at) != ':';
    }

    private static boolean isHexNumber(final CharStream in, final int end) {
        if (in.LA(1) != '0' || in.LA(2) != 'x' && in.LA(2) != 'X' || end == 3) {
            return false;
        }
        return hexDigits(in, 3) == end;
    }

    /** Numbers each followed by a unit: ms, s, m, h, d, w. */
    private static boolean isDuration(final CharStream in, final int end) {
        int at = 1;
        while (at < end) {
            final int unit = digits(in, at);
            if (unit == at || unit == end) {
                return false;
            }
            final boolean milli = in.LA(unit) == 'm' && unit + 1 < end && in.LA(unit + 1) == 's';
            if ("smhdw".indexOf(in.LA(unit)) < 0) {
                return false;
            }
            at = unit + (milli ? 2 : 1);
        }
        return true;
    }

    /** {@code eth0.100}, {@code tun+}; a plain name is left to the generated lexer. */
    private Word device(final CharStream in) {
        int at = 1;
        while (isWordPart(in.LA(at)) || in.LA(at) == '-') {
            at++;
        }
        final int dotted = in.LA(at) == '.' && isDigit(in.LA(at + 1)) ? dottedWord(in, at) : at;
        final boolean wildcard = in.LA(dotted) == '+' || in.LA(dotted) == '*';
        if (dotted == at && !wildcard) {
            return Word.OTHER;
        }
        length = dotted - 1 + (wildcard ? 1 : 0);
        return Word.DEVICE_PATTERN;
    }

    private static int dottedWord(final CharStream in, final int from) {
        int at = from;
        while (in.LA(at) == '.' && isDigit(in.LA(at + 1)) || isWordPart(in.LA(at))) {
            at++;
        }
        return at;
    }

    /** Behind digits: more of them after single dots. */
    private static int dotted(final CharStream in, final int from) {
        int at = from;
        while (isDigit(in.LA(at)) || in.LA(at) == '.' && isDigit(in.LA(at + 1))) {
            at++;
        }
        return at;
    }

    /** Behind an address: {@code /24}, {@code /255.255.0.0}, {@code /::ffff}; not {@code /minute}. */
    private static int mask(final CharStream in, final int from) {
        if (in.LA(from) != '/') {
            return from;
        }
        int at = from + 1;
        boolean colon = false;
        while (isHex(in.LA(at)) || in.LA(at) == ':' || in.LA(at) == '.' && isDigit(in.LA(at + 1))) {
            colon |= in.LA(at) == ':';
            at++;
        }
        if (colon) {
            return at;
        }
        return isDigit(in.LA(from + 1)) ? dotted(in, from + 1) : from;
    }

    private static boolean onlyDigits(final CharStream in, final int end) {
        return digits(in, 1) == end;
    }

    private static int digits(final CharStream in, final int from) {
        int at = from;
        while (isDigit(in.LA(at))) {
            at++;
        }
        return at;
    }

    private static int hexDigits(final CharStream in, final int from) {
        int at = from;
        while (isHex(in.LA(at))) {
            at++;
        }
        return at;
    }

    private static int word(final CharStream in, final int from) {
        int at = from;
        while (isWordPart(in.LA(at))) {
            at++;
        }
        return at;
    }

    private static boolean isDigit(final int c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isHex(final int c) {
        return isDigit(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
    }

    private static boolean isLetter(final int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
    }

    private static boolean isWordPart(final int c) {
        return isDigit(c) || isLetter(c);
    }
}
