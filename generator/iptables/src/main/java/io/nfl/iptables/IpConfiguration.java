// SPDX-License-Identifier: Apache-2.0
package io.nfl.iptables;

import io.nfl.api.host.InterfaceAddress;
import io.nfl.api.host.Route;
import io.nfl.api.host.RoutingRule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a list of {@code ip} commands leaves behind.
 *
 * @param addresses those added, by device, in their order
 */
public record IpConfiguration(
        List<Route> routes, List<RoutingRule> rules, Map<String, List<InterfaceAddress>> addresses) {
    public IpConfiguration {
        routes = List.copyOf(routes);
        rules = List.copyOf(rules);
        final Map<String, List<InterfaceAddress>> copy = new LinkedHashMap<>();
        addresses.forEach((device, list) -> copy.put(device, List.copyOf(list)));
        addresses = java.util.Collections.unmodifiableMap(copy);
    }

    static Map<String, List<InterfaceAddress>> plus(
            final Map<String, List<InterfaceAddress>> addresses, final String device, final InterfaceAddress added) {
        final List<InterfaceAddress> list = new ArrayList<>(addresses.getOrDefault(device, List.of()));
        list.add(added);
        addresses.put(device, list);
        return addresses;
    }
}
