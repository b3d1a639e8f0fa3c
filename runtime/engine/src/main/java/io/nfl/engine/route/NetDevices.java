// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.route;

import io.nfl.api.host.Device;
import io.nfl.api.host.HostDescription;
import io.nfl.api.host.InterfaceAddress;
import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The devices of a host in the order of their indexes; {@code lo} with 127.0.0.1/8 and ::1/128 is always the first. */
final class NetDevices {
    private static final InterfaceAddress LOOPBACK_V4 = new InterfaceAddress(IpAddress.parse("127.0.0.1"), 8);
    private static final InterfaceAddress LOOPBACK_V6 = new InterfaceAddress(IpAddress.parse("::1"), 128);

    private final List<NetDevice> all = new ArrayList<>();
    private final Map<String, NetDevice> byName = new HashMap<>();

    NetDevices(final HostDescription host, final SysctlValues sysctls) {
        add(loopback(host), sysctls);
        for (final Device device : host.devices()) {
            if (!device.isLoopback()) {
                add(device, sysctls);
            }
        }
    }

    private static Device loopback(final HostDescription host) {
        final List<InterfaceAddress> addresses = new ArrayList<>(List.of(LOOPBACK_V4, LOOPBACK_V6));
        int mtu = Device.LOOPBACK_MTU;
        for (final Device device : host.devices()) {
            if (device.isLoopback()) {
                mtu = device.mtu();
                device.addresses().stream()
                        .filter(address -> !addresses.contains(address))
                        .forEach(addresses::add);
            }
        }
        return new Device(Device.LOOPBACK, addresses, mtu);
    }

    private void add(final Device device, final SysctlValues sysctls) {
        final NetDevice added = new NetDevice(device, all.size() + 1, sysctls);
        if (byName.put(device.name(), added) != null) {
            throw new HostRefusedException("two devices named `" + device.name() + "`");
        }
        all.add(added);
    }

    List<NetDevice> all() {
        return all;
    }

    NetDevice loopback() {
        return all.get(0);
    }

    @Nullable
    NetDevice named(final String name) {
        return byName.get(name);
    }

    NetDevice get(final String name) {
        final NetDevice device = byName.get(name);
        if (device == null) {
            throw new HostRefusedException("no device `" + name + "`");
        }
        return device;
    }

    /** The device with this index; null where there is none. */
    @Nullable
    NetDevice at(final int index) {
        return index >= 1 && index <= all.size() ? all.get(index - 1) : null;
    }

    /** {@code __ip_dev_find}, {@code inet_lookup_ifaddr_rcu}: the first device that owns the address. */
    @Nullable
    NetDevice owner(final Family family, final long high, final long low) {
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).owned(family, high, low) != null) {
                return all.get(i);
            }
        }
        return null;
    }
}
