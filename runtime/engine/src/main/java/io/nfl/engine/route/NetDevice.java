// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.route;

import io.nfl.api.host.Device;
import io.nfl.api.host.InterfaceAddress;
import io.nfl.api.host.RouteScope;
import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A device, its addresses in the kernel's order, its settings resolved ({@code in_device}, {@code inet6_dev}). */
public final class NetDevice {
    public static final int LOOPBACK_INDEX = 1;

    final String name;
    final int index;
    final int mtu;
    final boolean loopback;
    /** {@code ifa_list}: primaries in front, narrower scopes first. */
    final List<Ipv4Address> ipv4;
    /** {@code addr_list}: wider scopes first. */
    final List<Ipv6Address> ipv6;

    final boolean forwarding;
    final int rpFilter;
    final boolean sourceValidMark;
    final boolean acceptLocal;
    final boolean routeLocalnet;
    final boolean sendsRedirects;
    final boolean sharedMedia;
    final boolean forwardsBroadcast;
    final boolean forwardingV6;
    final boolean forceForwardingV6;
    final boolean ownAddressesOnly;

    NetDevice(final Device device, final int index, final SysctlValues sysctls) {
        this.name = device.name();
        this.index = index;
        this.mtu = device.mtu();
        this.loopback = device.isLoopback();
        this.ipv4 = ipv4Addresses(device.addresses());
        this.ipv6 = ipv6Addresses(device.addresses(), index);
        this.forwarding = sysctls.value(Sysctl.FORWARDING_V4, name) != 0;
        this.rpFilter = sysctls.value(Sysctl.RP_FILTER, name);
        this.sourceValidMark = sysctls.value(Sysctl.SRC_VALID_MARK, name) != 0;
        this.acceptLocal = sysctls.value(Sysctl.ACCEPT_LOCAL, name) != 0;
        this.routeLocalnet = sysctls.value(Sysctl.ROUTE_LOCALNET, name) != 0;
        this.sendsRedirects = sysctls.value(Sysctl.SEND_REDIRECTS, name) != 0;
        this.sharedMedia = sysctls.value(Sysctl.SHARED_MEDIA, name) != 0;
        this.forwardsBroadcast = sysctls.value(Sysctl.BC_FORWARDING, name) != 0;
        this.forwardingV6 = sysctls.value(Sysctl.FORWARDING_V6, name) != 0;
        this.forceForwardingV6 = sysctls.value(Sysctl.FORCE_FORWARDING_V6, name) != 0;
        this.ownAddressesOnly = sysctls.value(Sysctl.USE_OIF_ADDRS_ONLY, name) != 0;
    }

    public String name() {
        return name;
    }

    public int index() {
        return index;
    }

    /** Its addresses of a family in the kernel's order. */
    public List<IpAddress> addresses(final Family family) {
        return family == Family.IPV4
                ? ipv4.stream().map(Ipv4Address::address).toList()
                : ipv6.stream().map(Ipv6Address::address).toList();
    }

    /** In bytes. */
    public int mtu() {
        return mtu;
    }

    public boolean isLoopback() {
        return loopback;
    }

    /** {@code __inet_insert_ifa}. */
    private static List<Ipv4Address> ipv4Addresses(final List<InterfaceAddress> declared) {
        final List<Ipv4Address> list = new ArrayList<>();
        for (final InterfaceAddress address : declared) {
            if (address.address().family() == Family.IPV4) {
                insert(list, address);
            }
        }
        return List.copyOf(list);
    }

    private static void insert(final List<Ipv4Address> list, final InterfaceAddress added) {
        final RouteScope scope = added.address().bits32() >>> 24 == 127 ? RouteScope.HOST : RouteScope.UNIVERSE;
        boolean secondary = false;
        int place = 0;
        for (int i = 0; i < list.size(); i++) {
            final Ipv4Address other = list.get(i);
            if (!other.secondary() && scope.number() <= other.scope().number()) {
                place = i + 1;
            }
            secondary |= other.declared().network().equals(added.network());
        }
        list.add(secondary ? list.size() : place, new Ipv4Address(added, scope, secondary));
    }

    /** {@code ipv6_link_dev_addr}: of equal scope the latest stands first. */
    private static List<Ipv6Address> ipv6Addresses(final List<InterfaceAddress> declared, final int device) {
        final List<Ipv6Address> list = new ArrayList<>();
        for (final InterfaceAddress address : declared) {
            if (address.address().family() == Family.IPV6) {
                final Ipv6Address added = new Ipv6Address(address, device);
                int place = 0;
                while (place < list.size() && added.scope() < list.get(place).scope()) {
                    place++;
                }
                list.add(place, added);
            }
        }
        return List.copyOf(list);
    }

    /** {@code inet_ifa_byprefix}: the primary address of a secondary's subnet. */
    Ipv4Address primaryOf(final Ipv4Address address) {
        for (final Ipv4Address other : ipv4) {
            if (!other.secondary()
                    && other.declared().network().equals(address.declared().network())) {
                return other;
            }
        }
        return address;
    }

    boolean owns(final IpAddress address) {
        return owned(address) != null;
    }

    /** The device's own record of the address; null where it has it not. */
    @Nullable
    IpAddress owned(final IpAddress address) {
        return owned(address.family(), address.high(), address.low());
    }

    @Nullable
    IpAddress owned(final Family family, final long high, final long low) {
        if (family == Family.IPV4) {
            for (int i = 0; i < ipv4.size(); i++) {
                if (ipv4.get(i).address().low() == low) {
                    return ipv4.get(i).address();
                }
            }
            return null;
        }
        for (int i = 0; i < ipv6.size(); i++) {
            final IpAddress address = ipv6.get(i).address();
            if (address.high() == high && address.low() == low) {
                return address;
            }
        }
        return null;
    }

    /** {@code struct in_ifaddr}. */
    record Ipv4Address(InterfaceAddress declared, RouteScope scope, boolean secondary) {
        IpAddress address() {
            return declared.address();
        }

        int mask() {
            return declared.prefixLength() == 0 ? 0 : -1 << 32 - declared.prefixLength();
        }

        /** {@code inet_ifa_match}. */
        boolean covers(final int other) {
            return ((address().bits32() ^ other) & mask()) == 0;
        }
    }

    /** {@code struct inet6_ifaddr}; scope and label as RFC 6724 counts them. @param device its index */
    record Ipv6Address(InterfaceAddress declared, int device, int scope, int label) {
        Ipv6Address(final InterfaceAddress declared, final int device) {
            this(
                    declared,
                    device,
                    Ipv6Scope.ofSource(
                            declared.address().high(), declared.address().low()),
                    Ipv6Label.of(declared.address().high(), declared.address().low()));
        }

        IpAddress address() {
            return declared.address();
        }
    }
}
