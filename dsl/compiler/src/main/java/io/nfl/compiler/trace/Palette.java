// SPDX-License-Identifier: Apache-2.0
package io.nfl.compiler.trace;

/** Colours of a terminal, or none. */
public enum Palette {
    PLAIN(false),
    COLOURED(true);

    private final boolean colours;

    Palette(final boolean colours) {
        this.colours = colours;
    }

    public static Palette of(final boolean colours) {
        return colours ? COLOURED : PLAIN;
    }

    public String bold(final String text) {
        return code("1", text);
    }

    public String dim(final String text) {
        return code("2", text);
    }

    public String good(final String text) {
        return code("1;32", text);
    }

    public String bad(final String text) {
        return code("1;31", text);
    }

    /** A place in a source. */
    public String place(final String text) {
        return code("34", text);
    }

    private String code(final String code, final String text) {
        return colours ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
