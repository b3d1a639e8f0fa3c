// SPDX-License-Identifier: Apache-2.0
package io.nfl.api.net;

/**
 * The five points where netfilter calls out; ordinals equal {@code enum nf_inet_hooks}
 * (include/uapi/linux/netfilter.h).
 *
 * <pre>
 *            +--> INPUT --> (process) --> OUTPUT --+
 *            |                                     |
 * PREROUTING +-----------> FORWARD ----------------+--> POSTROUTING
 * </pre>
 */
public enum Hook {
    PREROUTING,
    INPUT,
    FORWARD,
    OUTPUT,
    POSTROUTING
}
