// SPDX-License-Identifier: Apache-2.0
package io.nfl.api.host;

/** Scopes of addresses and routes ({@code RT_SCOPE_*}); a larger number is narrower. */
public enum RouteScope {
    UNIVERSE(0),
    SITE(200),
    LINK(253),
    HOST(254),
    NOWHERE(255);

    private final int number;

    RouteScope(final int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }
}
