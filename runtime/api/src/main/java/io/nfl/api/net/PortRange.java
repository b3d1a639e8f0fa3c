// SPDX-License-Identifier: Apache-2.0
package io.nfl.api.net;

/** An inclusive range of 16-bit ports. */
public record PortRange(int low, int high) {
    public static final PortRange ALL = new PortRange(0, 0xFFFF);

    public PortRange {
        if (low < 0 || high > 0xFFFF || low > high) {
            throw new IllegalArgumentException("port range " + low + ":" + high);
        }
    }

    public static PortRange of(final int port) {
        return new PortRange(port, port);
    }

    public boolean isSingle() {
        return low == high;
    }

    public boolean contains(final int port) {
        return low <= port && port <= high;
    }
}
