// SPDX-License-Identifier: Apache-2.0
package io.nfl.api.host;

import io.nfl.api.net.IpAddress;
import io.nfl.api.net.Prefix;
import java.util.List;
import java.util.Optional;

/**
 * A route as {@code ip route} declares it.
 *
 * @param table 1 to 2^32-1; see {@link RoutingTables}
 * @param metric the priority; 0 where none is given (IPv6: the kernel takes 1024)
 * @param tos 0 for any
 * @param nextHops empty for blackhole, unreachable, prohibit and throw
 */
public record Route(
        RouteType type,
        Prefix destination,
        List<NextHop> nextHops,
        int table,
        int metric,
        int tos,
        Optional<IpAddress> preferredSource,
        Optional<RouteScope> scope,
        Optional<Integer> mtu) {
    public Route {
        nextHops = List.copyOf(nextHops);
    }
}
