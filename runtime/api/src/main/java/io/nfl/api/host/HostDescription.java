// SPDX-License-Identifier: Apache-2.0
package io.nfl.api.host;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A Linux host as its packets meet it. Connected routes, the local and broadcast tables and the rules 0, 32766 and
 * 32767 are there by themselves and not listed.
 *
 * @param sysctls by dotted name ({@code net.ipv4.ip_forward}; dots in device names are slashes); what is not named has
 *     the kernel's default
 */
public record HostDescription(
        List<Device> devices,
        List<Route> routes,
        List<RoutingRule> rules,
        Map<String, String> sysctls,
        KernelProfile kernel) {
    public HostDescription {
        devices = List.copyOf(devices);
        routes = List.copyOf(routes);
        rules = List.copyOf(rules);
        sysctls = java.util.Collections.unmodifiableMap(new TreeMap<>(sysctls));
    }
}
