// SPDX-License-Identifier: Apache-2.0
package io.nfl.iptables;

import io.nfl.diag.Code;

/** A line that cannot be taken over, on its way to becoming a diagnostic. Never leaves the package. */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;

    private final Code code;

    private Refusal(final Code code, final String message) {
        super(message, null, false, false);
        this.code = code;
    }

    /** What iptables itself would refuse. */
    static Refusal syntax(final String message) {
        return new Refusal(Code.IPTABLES_SYNTAX, message);
    }

    /** What iptables knows and the IR does not. */
    static Refusal unsupported(final String message) {
        return new Refusal(Code.IPTABLES_UNSUPPORTED, message);
    }

    Code code() {
        return code;
    }

    String text() {
        return String.valueOf(getMessage());
    }
}
