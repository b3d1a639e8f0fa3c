// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.route;

import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;

/** The policy table of RFC 6724 as net/ipv6/addrlabel.c has it, longest prefix first. */
enum Ipv6Label {
    LOOPBACK("::1", 128, 0),
    V4_MAPPED("::ffff:0:0", 96, 4),
    V4_COMPATIBLE("::", 96, 3),
    TEREDO("2001::", 32, 6),
    ORCHID("2001:10::", 28, 7),
    SIX_TO_FOUR("2002::", 16, 2),
    SIX_BONE("3ffe::", 16, 12),
    SITE_LOCAL("fec0::", 10, 11),
    UNIQUE_LOCAL("fc00::", 7, 5),
    OTHER("::", 0, 1);

    private static final Ipv6Label[] ALL = values();

    private final IpAddress prefix;
    private final IpAddress mask;
    private final int label;

    Ipv6Label(final String prefix, final int length, final int label) {
        this.prefix = IpAddress.parse(prefix);
        this.mask = IpAddress.mask(Family.IPV6, length);
        this.label = label;
    }

    static int of(final long high, final long low) {
        for (final Ipv6Label row : ALL) {
            if ((high & row.mask.high()) == row.prefix.high() && (low & row.mask.low()) == row.prefix.low()) {
                return row.label;
            }
        }
        throw new IllegalStateException("::/0 covers all");
    }
}
