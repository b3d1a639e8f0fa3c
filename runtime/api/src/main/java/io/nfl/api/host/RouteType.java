// SPDX-License-Identifier: Apache-2.0
package io.nfl.api.host;

import java.util.Locale;

/** Route types as {@code ip route} names them ({@code RTN_*}). */
public enum RouteType {
    UNICAST,
    LOCAL,
    BROADCAST,
    ANYCAST,
    MULTICAST,
    BLACKHOLE,
    UNREACHABLE,
    PROHIBIT,
    THROW;

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
