// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.route;

/** A host description that the kernel would refuse, or that the engine cannot route for. */
public final class HostRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public HostRefusedException(final String message) {
        super(message);
    }

    public HostRefusedException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
