// SPDX-License-Identifier: Apache-2.0
package io.nfl.bytecode;

/** Rules that do not fit into one class (JVMS 4.11). Users meet them in generated policies alone. */
public final class ClassLimitException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ClassLimitException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
