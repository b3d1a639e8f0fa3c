// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli.simulate;

import io.nfl.engine.conntrack.ConntrackSysctl;
import io.nfl.engine.localhost.HostSettings;
import io.nfl.engine.route.Sysctl;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** The settings of a scenario: the oracle's own first, then the scenario's; an unknown one is refused. */
final class ScenarioSysctls {
    /** Where the oracle's hosts differ from the kernel's defaults. */
    private static final Map<String, String> ORACLE = Map.of(
            "net.ipv4.conf.all.send_redirects", "0",
            "net.ipv4.conf.default.send_redirects", "0",
            "net.ipv4.icmp_ratelimit", "0",
            "net.ipv4.icmp_ratemask", "0",
            "net.ipv6.icmp.ratelimit", "0");

    private static final Pattern PER_DEVICE = Pattern.compile("(net\\.ipv[46]\\.conf)\\.(.+)\\.([a-z0-9_]+)");

    private ScenarioSysctls() {}

    static Map<String, String> read(final Map<String, String> declared, final Unsupported unsupported) {
        final Map<String, String> sysctls = new LinkedHashMap<>(ORACLE);
        declared.forEach((name, value) -> {
            if (!isKnown(name)) {
                unsupported.add("sysctl " + name);
            } else if (!isValue(name, value)) {
                unsupported.add("sysctl " + name + " = " + value);
            }
            sysctls.put(name, value);
        });
        return sysctls;
    }

    private static boolean isValue(final String name, final String value) {
        return name.equals(HostSettings.RATEMASK_V6)
                ? HostSettings.types(value).isPresent()
                : value.strip().matches("-?\\d{1,9}");
    }

    private static boolean isKnown(final String name) {
        if (name.equals("net.ipv4.ip_forward")
                || ConntrackSysctl.of(name).isPresent()
                || HostSettings.NAMES.contains(name)
                || name.equals(HostSettings.RATEMASK_V6)) {
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
