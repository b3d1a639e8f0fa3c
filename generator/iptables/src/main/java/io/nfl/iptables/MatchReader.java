// SPDX-License-Identifier: Apache-2.0
package io.nfl.iptables;

import io.nfl.ir.Match;
import java.util.Optional;

/** Collects the options of one {@code -m name} until the next word is none of its own. */
interface MatchReader {
    /** Takes the option, and its value from the words, if it belongs to this match. */
    boolean option(String name, boolean inverted, Words words) throws Refusal;

    /** The match; absent where the extension compares nothing ({@code -m comment}, {@code -m tcp} alone). */
    Optional<Match> finish() throws Refusal;
}
