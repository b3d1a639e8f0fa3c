// SPDX-License-Identifier: Apache-2.0
package io.nfl.api.classify;

/**
 * LOG's parameters.
 *
 * @param level 0 emerg to 7 debug; iptables' default is 4, warning
 * @param prefix at most 29 characters
 * @param flags {@code XT_LOG_TCPSEQ} 1, {@code TCPOPT} 2, {@code IPOPT} 4, {@code UID} 8, {@code MACDECODE} 32
 */
public record LogParameters(int level, String prefix, int flags) {
    public static final int MAX_PREFIX_LENGTH = 29;
}
