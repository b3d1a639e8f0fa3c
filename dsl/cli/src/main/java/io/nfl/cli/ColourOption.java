// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli;

import picocli.CommandLine.Option;

/** {@code --color}. */
public final class ColourOption {
    /** When to use colours. */
    enum Colour {
        auto,
        always,
        never
    }

    @Option(
            names = "--color",
            description = "colours: ${COMPLETION-CANDIDATES}; auto heeds NO_COLOR and the terminal",
            defaultValue = "auto")
    private Colour colour = Colour.auto;

    public boolean on() {
        return switch (colour) {
            case always -> true;
            case never -> false;
            case auto -> System.console() != null && System.getenv("NO_COLOR") == null;
        };
    }
}
