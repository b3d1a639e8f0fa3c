// SPDX-License-Identifier: Apache-2.0
package io.nfl.iptables;

/** What LOG adds to its line ({@code XT_LOG_*}), in the order in which iptables-save prints the options. */
enum LogFlag {
    TCP_SEQUENCE(0x01, "--log-tcp-sequence"),
    TCP_OPTIONS(0x02, "--log-tcp-options"),
    IP_OPTIONS(0x04, "--log-ip-options"),
    UID(0x08, "--log-uid"),
    MAC_DECODE(0x20, "--log-macdecode");

    private final int bit;
    private final String option;

    LogFlag(final int bit, final String option) {
        this.bit = bit;
        this.option = option;
    }

    int bit() {
        return bit;
    }

    String option() {
        return option;
    }
}
