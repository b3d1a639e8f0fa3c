// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.route;

import io.nfl.api.host.Device;
import io.nfl.api.host.HostDescription;
import io.nfl.api.host.Route;
import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;

/** Which links are down, and what of the host is left after those that went down. */
final class LinkStates {
    private final Set<String> down = new HashSet<>();
    private HostDescription host;

    LinkStates(final HostDescription host) {
        this.host = host;
    }

    HostDescription host() {
        return host;
    }

    boolean isDown(final String device) {
        return down.contains(device);
    }

    /** Whether a link that is down is the way to this neighbour. */
    boolean onLinkOfDown(final IpAddress neighbour) {
        return host.devices().stream()
                .filter(device -> isDown(device.name()))
                .flatMap(device -> device.addresses().stream())
                .anyMatch(address -> address.network().contains(neighbour));
    }

    /** @param lost the declared routes that lead by this device alone */
    void down(final String device, final Predicate<Route> lost) {
        if (!down.add(device)) {
            return;
        }
        host = new HostDescription(
                host.devices().stream()
                        .map(each -> each.name().equals(device) ? withoutIpv6(each) : each)
                        .toList(),
                host.routes().stream().filter(lost.negate()).toList(),
                host.rules(),
                host.sysctls(),
                host.kernel());
    }

    private static Device withoutIpv6(final Device device) {
        return new Device(
                device.name(),
                device.addresses().stream()
                        .filter(address -> address.address().family() == Family.IPV4)
                        .toList(),
                device.mtu());
    }

    void up(final String device) {
        down.remove(device);
    }
}
