// SPDX-License-Identifier: Apache-2.0
package io.nfl.api.host;

import java.util.List;

/**
 * A network device. The order of its addresses counts: the first of a subnet is the primary one
 * (net/ipv4/devinet.c).
 *
 * @param name at most 15 characters ({@code IFNAMSIZ} less the NUL)
 * @param mtu in bytes
 */
public record Device(String name, List<InterfaceAddress> addresses, int mtu) {
    public static final String LOOPBACK = "lo";
    public static final int MAX_NAME_LENGTH = 15;
    public static final int DEFAULT_MTU = 1500;
    public static final int LOOPBACK_MTU = 65_536;

    public Device {
        addresses = List.copyOf(addresses);
        if (name.isEmpty() || name.length() > MAX_NAME_LENGTH) {
            throw new IllegalArgumentException("device name `" + name + "`");
        }
    }

    public boolean isLoopback() {
        return name.equals(LOOPBACK);
    }
}
