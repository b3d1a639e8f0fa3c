// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.nat;

import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import java.util.List;
import java.util.Optional;

/** What NAT asks the host's devices. Asked for the first packet of a connection only. */
public interface AddressSource {
    /** The device's addresses in the kernel's order ({@code ifa_list}, {@code addr_list}); REDIRECT takes the first. */
    List<IpAddress> addresses(String device, Family family);

    /**
     * The source address for what leaves by a device: {@code inet_select_addr} with scope universe in IPv4, {@code
     * ipv6_dev_get_saddr} in IPv6.
     *
     * @param toward the next hop in IPv4, the destination in IPv6
     */
    Optional<IpAddress> select(String device, IpAddress toward);
}
