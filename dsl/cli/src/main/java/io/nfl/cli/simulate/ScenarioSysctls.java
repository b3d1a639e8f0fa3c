// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli.simulate;

import io.nfl.engine.conntrack.ConntrackSysctl;
import io.nfl.engine.localhost.HostSettings;
import io.nfl.engine.route.Sysctl;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** The settings of a scenario: the oracle's own first, then the scenario's; an unknown one is refused. */
final class ScenarioSysctls {
    /** Where the oracle's hosts differ from the kernel's defaults. */
    private static final Map<String, String> ORACLE =
            Map.of("net.ipv4.conf.all.send_redirects", "0", "net.ipv4.conf.default.send_redirects", "0");

    /** Limits that the oracle lifts, and the engine has none of: only the value that lifts them is taken. */
    private static final Set<String> LIFTED = Set.of(
            "net.ipv4.icmp_ratelimit", "net.ipv4.icmp_ratemask", "net.ipv6.icmp.ratelimit", "net.ipv6.icmp.ratemask");

    private static final Pattern PER_DEVICE = Pattern.compile("(net\\.ipv[46]\\.conf)\\.(.+)\\.([a-z0-9_]+)");

    private ScenarioSysctls() {}

    static Map<String, String> read(final Map<String, String> declared, final Unsupported unsupported) {
        final Map<String, String> sysctls = new LinkedHashMap<>(ORACLE);
        declared.forEach((name, value) -> {
            if (LIFTED.contains(name) && value.equals("0")) {
                return;
            }
            if (!isKnown(name)) {
                unsupported.add("sysctl " + name);
            } else if (!value.strip().matches("-?\\d{1,9}")) {
                unsupported.add("sysctl " + name + " = " + value);
            }
            sysctls.put(name, value);
        });
        return sysctls;
    }

    private static boolean isKnown(final String name) {
        if (name.equals("net.ipv4.ip_forward")
                || ConntrackSysctl.of(name).isPresent()
                || HostSettings.NAMES.contains(name)) {
            return true;
        }
        final var perDevice = PER_DEVICE.matcher(name);
        final String plain = perDevice.matches() ? perDevice.group(1) + ".all." + perDevice.group(3) : name;
        for (final Sysctl sysctl : Sysctl.values()) {
            if (sysctl.name("all").equals(plain)) {
                return true;
            }
        }
        return false;
    }
}
