// SPDX-License-Identifier: Apache-2.0
package io.nfl.api.net;

/** An inclusive range of addresses of one family. */
public record AddressRange(IpAddress low, IpAddress high) {
    public AddressRange {
        if (low.family() != high.family() || low.compareTo(high) > 0) {
            throw new IllegalArgumentException("address range " + low + "-" + high);
        }
    }

    public boolean contains(final IpAddress address) {
        return address.family() == low.family() && low.compareTo(address) <= 0 && address.compareTo(high) <= 0;
    }

    @Override
    public String toString() {
        return low + "-" + high;
    }
}
