// SPDX-License-Identifier: Apache-2.0
package io.nfl.api.host;

import io.nfl.api.net.IpAddress;
import io.nfl.api.net.Prefix;

/** An address of a device with the length of its subnet's prefix. */
public record InterfaceAddress(IpAddress address, int prefixLength) {
    public Prefix network() {
        return Prefix.containing(address, prefixLength);
    }

    @Override
    public String toString() {
        return address + "/" + prefixLength;
    }
}
