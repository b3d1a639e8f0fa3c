// SPDX-License-Identifier: Apache-2.0
package io.nfl.ir;

import io.nfl.api.host.Device;
import io.nfl.api.host.HostDescription;
import io.nfl.api.host.KernelProfile;
import io.nfl.api.host.Route;
import io.nfl.api.host.RoutingRule;
import io.nfl.api.net.Family;
import io.nfl.ir.test.TestCase;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A host's network policy: the host as declared, and the rules of each family, and its own tests.
 *
 * @param tables names of routing tables by their numbers; the kernel's own are not among them
 */
public record Policy(
        String name,
        List<Interface> interfaces,
        List<Declared<Route>> routes,
        List<Declared<RoutingRule>> routingRules,
        List<Declared<Sysctl>> sysctls,
        List<Ruleset> rulesets,
        List<TestCase> tests,
        Map<Integer, String> tables) {
    public Policy {
        interfaces = List.copyOf(interfaces);
        routes = List.copyOf(routes);
        routingRules = List.copyOf(routingRules);
        sysctls = List.copyOf(sysctls);
        rulesets = List.copyOf(rulesets);
        tests = List.copyOf(tests);
        tables = Map.copyOf(tables);
    }

    /** One whose routing tables have no names. */
    public Policy(
            final String name,
            final List<Interface> interfaces,
            final List<Declared<Route>> routes,
            final List<Declared<RoutingRule>> routingRules,
            final List<Declared<Sysctl>> sysctls,
            final List<Ruleset> rulesets,
            final List<TestCase> tests) {
        this(name, interfaces, routes, routingRules, sysctls, rulesets, tests, Map.of());
    }

    /** The rules of the family; absent where the policy leaves its tables untouched. */
    public Optional<Ruleset> ruleset(final Family family) {
        return rulesets.stream().filter(r -> r.family() == family).findFirst();
    }

    /** The host that the policy declares, as the engine wants it. Wildcard interfaces are no devices. */
    public HostDescription host(final KernelProfile kernel) {
        final List<Device> devices = new ArrayList<>();
        for (final Interface each : interfaces) {
            if (!each.pattern().wildcard()) {
                devices.add(each.device());
            }
        }
        final Map<String, String> settings = new LinkedHashMap<>();
        sysctls.forEach(s -> settings.put(s.value().name(), s.value().value()));
        return new HostDescription(
                devices,
                routes.stream().map(Declared::value).toList(),
                routingRules.stream().map(Declared::value).toList(),
                settings,
                kernel);
    }
}
