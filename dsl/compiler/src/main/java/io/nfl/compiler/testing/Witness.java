// SPDX-License-Identifier: Apache-2.0
package io.nfl.compiler.testing;

/**
 * Whose word counts of what came of a test's events: expectations are held against it, and {@code reply} answers the
 * packet that it saw. The engine is given the same events all the same.
 */
@FunctionalInterface
public interface Witness {
    /** The engine itself. */
    Witness OF_THE_ENGINE = (number, event) -> event;

    /** @param number of the event, from 0 */
    PlayedEvent sees(int number, PlayedEvent event);
}
