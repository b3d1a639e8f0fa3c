// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli.simulate;

/** A scenario that is not well formed: a mistake of whoever wrote it. */
final class ScenarioException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ScenarioException(final String message) {
        super(message);
    }
}
