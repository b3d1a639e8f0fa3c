// SPDX-License-Identifier: Apache-2.0
package io.nfl.check;

import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.ir.Interface;
import io.nfl.ir.Policy;
import java.util.Optional;
import java.util.function.Predicate;

/** What a policy says of its host beside the rules. */
final class HostSettings {
    private final Policy policy;

    HostSettings(final Policy policy) {
        this.policy = policy;
    }

    boolean forwards(final Family family) {
        return switch (family) {
            case IPV4 -> has(n -> n.equals("net.ipv4.ip_forward") || n.equals("net.ipv4.conf.all.forwarding"), "1");
            case IPV6 -> has(n -> n.equals("net.ipv6.conf.all.forwarding"), "1");
        };
    }

    boolean anyIpv4Setting(final String last, final String value) {
        return has(n -> n.startsWith("net.ipv4.conf.") && n.endsWith("." + last), value);
    }

    private boolean has(final Predicate<String> name, final String value) {
        return policy.sysctls().stream()
                .anyMatch(s -> name.test(s.value().name()) && s.value().value().equals(value));
    }

    boolean hasAddress(final IpAddress address) {
        return policy.interfaces().stream()
                .flatMap(i -> i.device().addresses().stream())
                .anyMatch(a -> a.address().equals(address));
    }

    boolean hasDynamicInterface() {
        return policy.interfaces().stream().anyMatch(Interface::dynamic);
    }

    boolean speaks(final Family family) {
        return policy.interfaces().stream()
                .filter(i -> !i.device().isLoopback())
                .flatMap(i -> i.device().addresses().stream())
                .anyMatch(a -> a.address().family() == family);
    }

    /** The device of the connected network that holds the address. */
    Optional<String> deviceTowards(final IpAddress address) {
        return policy.interfaces().stream()
                .filter(i -> i.device().addresses().stream()
                        .anyMatch(a -> a.network().contains(address)))
                .map(i -> i.device().name())
                .findFirst();
    }
}
