// SPDX-License-Identifier: Apache-2.0
package io.nfl.diag;

/** Errors stop the compiler; warnings and hints do not. */
public enum Severity {
    ERROR,
    WARNING,
    HINT
}
