// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.conntrack;

import java.util.ArrayList;
import java.util.List;

/** {@code enum ip_conntrack_status}: the ordinal is the bit number. */
public enum ConnectionStatus {
    EXPECTED,
    SEEN_REPLY,
    ASSURED,
    CONFIRMED,
    SRC_NAT,
    DST_NAT,
    SEQ_ADJUST,
    SRC_NAT_DONE,
    DST_NAT_DONE,
    DYING,
    FIXED_TIMEOUT,
    TEMPLATE,
    NAT_CLASH,
    HELPER,
    OFFLOAD,
    HW_OFFLOAD;

    public int bit() {
        return 1 << ordinal();
    }

    /** The names of the bits that are set, lowest first. */
    public static List<String> names(final int status) {
        final List<String> names = new ArrayList<>();
        for (final ConnectionStatus flag : values()) {
            if ((status & flag.bit()) != 0) {
                names.add(flag.name());
            }
        }
        return names;
    }
}
