// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.route;

import io.nfl.api.host.HostDescription;
import io.nfl.api.host.Route;
import io.nfl.api.host.RouteScope;
import io.nfl.api.host.RouteType;
import io.nfl.api.net.AddressType;
import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.api.packet.RoutingView;
import io.nfl.engine.choice.Chooser;
import io.nfl.engine.packet.Packet;
import org.jspecify.annotations.Nullable;

/**
 * The routing of one host, both families. Lookups reuse the objects handed in and their own: NOT thread safe.
 *
 * <pre>{@code
 * Routing routing = new Routing(host, chooser);
 * routing.input(packet, result); // packet.in() tells the device
 * if (result.kind() == RouteKind.FORWARD) { send(packet, result.device()); }
 * }</pre>
 */
public final class Routing {
    private static final int NEXT_HEADER = 6;

    /** {@code IP_MAX_MTU}. */
    static final int MAX_MTU = 65_535;

    private final SysctlValues sysctls;
    private NetDevices devices;
    private DeclaredRoutes routesIpv4;
    private DeclaredRoutes routesIpv6;
    private PolicyRules rulesIpv4;
    private PolicyRules rulesIpv6;
    private SourceSelection sources;
    private InputRouting inputIpv4;
    private OutputRouting outputIpv4;
    private Ipv6Routing ipv6;
    private Ipv4View viewIpv4;
    private Ipv6View viewIpv6;
    private final boolean errorsFromInputDevice;
    private final RouteKey key = new RouteKey();
    private final FibMatch match = new FibMatch();

    private final Chooser chooser;
    private final LinkStates links;

    /** @throws HostRefusedException where the kernel would refuse a route or rule, or the engine cannot follow it */
    public Routing(final HostDescription host, final Chooser chooser) {
        this.sysctls = new SysctlValues(host.sysctls());
        this.errorsFromInputDevice = sysctls.value(Sysctl.ICMP_ERRORS_USE_INBOUND_IFADDR) != 0;
        this.chooser = chooser;
        this.links = new LinkStates(host);
        build();
    }

    private void build() {
        final HostDescription host = links.host();
        devices = new NetDevices(host, sysctls);
        sources = new SourceSelection(devices);
        final MultipathSelection multipath = new MultipathSelection(chooser, sources, sysctls);
        routesIpv4 = routes(Family.IPV4, host);
        routesIpv6 = routes(Family.IPV6, host);
        rulesIpv4 = new PolicyRules(Family.IPV4, host.rules(), devices, routesIpv4.fibs(), routesIpv4.merged());
        rulesIpv6 = new PolicyRules(Family.IPV6, host.rules(), devices, routesIpv6.fibs(), routesIpv6.merged());
        final SourceValidation validation = new SourceValidation(devices, rulesIpv4, hasLocalRoute(host));
        inputIpv4 = new InputRouting(devices, rulesIpv4, validation, multipath);
        viewIpv4 = new Ipv4View(devices, rulesIpv4, routesIpv4);
        outputIpv4 = new OutputRouting(devices, rulesIpv4, sources, multipath, viewIpv4);
        final boolean forwardingV6 = sysctls.value(Sysctl.FORWARDING_V6) != 0;
        ipv6 = new Ipv6Routing(devices, rulesIpv6, sources, multipath, forwardingV6);
        viewIpv6 = new Ipv6View(devices, rulesIpv6);
    }

    /**
     * A link goes down or comes up. Going down takes its connected networks and the declared routes that lead by it
     * alone with it, and its IPv6 addresses; coming up gives back the connected IPv4 networks alone
     * ({@code fib_disable_ip}, {@code fib_sync_down_dev}, {@code fib_add_ifaddr}, {@code addrconf_ifdown}).
     */
    public void setLink(final String device, final boolean up) {
        if (up) {
            links.up(device);
        } else {
            links.down(device, route -> declared(route).leadsBy(route, device));
        }
        build();
    }

    private DeclaredRoutes declared(final Route route) {
        return route.destination().family() == Family.IPV4 ? routesIpv4 : routesIpv6;
    }

    public boolean isUp(final String device) {
        return !links.isDown(device);
    }

    private DeclaredRoutes routes(final Family family, final HostDescription host) {
        final DeclaredRoutes routes = new DeclaredRoutes(family, devices, links);
        host.routes().stream()
                .filter(route -> route.destination().family() == family)
                .forEach(routes::add);
        return routes;
    }

    /** {@code fib_has_custom_local_routes}. */
    private static boolean hasLocalRoute(final HostDescription host) {
        return host.routes().stream()
                .anyMatch(route ->
                        route.type() == RouteType.LOCAL && route.destination().family() == Family.IPV4);
    }

    public SysctlValues sysctls() {
        return sysctls;
    }

    /** The device of this name; null where there is none. */
    public @Nullable NetDevice device(final String name) {
        return devices.named(name);
    }

    /** What matches of packets of the family may ask. */
    public RoutingView view(final Family family) {
        return family == Family.IPV4 ? viewIpv4 : viewIpv6;
    }

    /** Whether the address is one of this host's, on any device. */
    public boolean isLocal(final Family family, final long high, final long low) {
        return devices.owner(family, high, low) != null;
    }

    /** Routes a packet that came in by {@link Packet#in()}, after PREROUTING. */
    public void input(final Packet packet, final RouteResult result) {
        result.clear(packet.family());
        final NetDevice in = devices.get(packet.in());
        key.clear(packet.family());
        describe(packet);
        key.inDevice = in.index;
        key.mark = packet.mark();
        if (packet.family() == Family.IPV4) {
            inputIpv4.route(key, in, result);
        } else {
            ipv6.input(key, in, result);
        }
    }

    private void describe(final Packet packet) {
        key.forward(packet);
        key.tos = packet.trafficClass();
        final PolicyRules rules = packet.family() == Family.IPV4 ? rulesIpv4 : rulesIpv6;
        if (rules.needPorts()) {
            PacketPorts.read(packet, key);
        } else {
            key.protocol = packet.family() == Family.IPV4 ? packet.transportProtocol() : packet.byteAt(NEXT_HEADER);
        }
        key.sharedBy = packet;
    }

    /**
     * Routes what a socket of this host sends ({@code ip_route_output_flow}, {@code ip6_dst_lookup_flow}) and selects a
     * source address where the key has none.
     */
    public RouteError output(final RouteKey flow, final RouteResult result) {
        result.clear(flow.family);
        return flow.family == Family.IPV4 ? outputIpv4.route(flow, result) : ipv6.output(flow, result);
    }

    /**
     * Routes a packet of this host again after a rule changed mark, TOS or an address ({@code ip_route_me_harder},
     * {@code ip6_route_me_harder}). The packet's source stays.
     *
     * @param boundDevice index of the device the socket is bound to; 0: none
     * @param before the decision so far
     */
    public RouteError rerouteOutput(
            final Packet packet, final int boundDevice, final RouteResult before, final RouteResult result) {
        final int leaving = before.deviceIndex();
        result.clear(packet.family());
        key.clear(packet.family());
        key.outDevice = boundDevice;
        key.mark = packet.mark();
        key.uid = packet.hasSocket() ? packet.socketUid() & 0xFFFF_FFFFL : 0;
        if (packet.family() == Family.IPV6) {
            describe(packet);
            if (boundDevice == 0 && onlyOnItsLink(key)) {
                key.outDevice = leaving;
            }
            return ipv6.outputFrom(key, boundDevice != 0, result);
        }
        describe(packet);
        final AddressType type = viewIpv4.addressType(key.sourceLow, "");
        if (type == AddressType.LOCAL || type == AddressType.UNICAST) {
            key.anySource = true;
        } else {
            key.sourceLow = 0;
        }
        return outputIpv4.route(key, result);
    }

    private static boolean onlyOnItsLink(final RouteKey flow) {
        return Ipv6Scope.isMulticast(flow.destinationHigh) || Ipv6Scope.isLinkLocal(flow.destinationHigh);
    }

    /**
     * Routes an ICMP error to the sender of {@code cause} and selects its source (net/ipv4/icmp.c {@code __icmp_send};
     * net/ipv6/icmp.c {@code icmp6_send}).
     *
     * @param cause as it came in or was sent
     * @param decided what routing said of the cause
     * @param arrival the device the cause came by; empty for a packet of this host
     * @param mark the error's own mark: 0 unless fwmark_reflect
     * @param tos of the error
     */
    public RouteError errorRoute(
            final Packet cause,
            final RouteResult decided,
            final String arrival,
            final int mark,
            final int tos,
            final RouteResult result) {
        final boolean toThisHost = decided.kind() == RouteKind.LOCAL || leavesByLoopback(decided);
        result.clear(cause.family());
        key.clear(cause.family());
        key.forward(cause);
        key.swapAddresses();
        key.mark = mark;
        key.tos = tos;
        key.sharedBy = cause;
        final NetDevice in = devices.named(arrival);
        if (cause.family() == Family.IPV4) {
            key.protocol = 1;
            if (!toThisHost) {
                key.sourceLow = 0;
                if (errorsFromInputDevice && in != null) {
                    final IpAddress own = sources.ipv4(in, (int) key.destinationLow, RouteScope.LINK.number());
                    key.sourceLow = own == null ? 0 : own.low();
                }
            }
            return outputIpv4.route(key, result);
        }
        return errorRouteIpv6(decided.type() == RouteType.ANYCAST, in, result);
    }

    private RouteError errorRouteIpv6(
            final boolean wasToAnycast, final @Nullable NetDevice arrivedBy, final RouteResult result) {
        key.protocol = 58;
        if (arrivedBy != null && Ipv6Scope.needsDevice(key.destinationHigh, key.destinationLow)) {
            key.outDevice = arrivedBy.index;
        }
        if (!wasToAnycast && devices.owner(Family.IPV6, key.sourceHigh, key.sourceLow) == null) {
            key.sourceHigh = 0;
            key.sourceLow = 0;
            final IpAddress own = ipv6.errorSource(key, arrivedBy, result);
            if (own != null) {
                key.source(own);
            }
            result.clear(Family.IPV6);
        }
        final RouteError error = ipv6.output(key, result);
        return error == RouteError.NONE && result.match.found().isAnycast(result.match.hop, key)
                ? result.fail(RouteKind.UNREACHABLE, RouteError.INVALID)
                : error;
    }

    private static boolean leavesByLoopback(final RouteResult decided) {
        return decided.kind() == RouteKind.OUTPUT && decided.deviceIndex() == NetDevice.LOOPBACK_INDEX;
    }

    /**
     * Routes the answer of this host to a packet it received ({@code icmp_reply}, {@code icmpv6_echo_reply}): from the
     * address that was written to, or one selected where that is a broadcast or multicast address.
     */
    public RouteError replyRoute(
            final Packet request, final RouteResult received, final int mark, final RouteResult result) {
        final boolean toOne = received.type() == RouteType.LOCAL;
        final NetDevice in = devices.get(request.in());
        key.clear(request.family());
        key.forward(request);
        key.swapAddresses();
        key.mark = mark;
        // icmpv6_echo_reply gives the answer its class after the lookup
        key.tos = request.family() == Family.IPV4 ? request.trafficClass() : 0;
        key.protocol = request.transportProtocol();
        if (!toOne) {
            key.sourceHigh = 0;
            key.sourceLow = 0;
            if (request.family() == Family.IPV4) {
                specificDestination(in, request.mark());
            }
        }
        if (request.family() == Family.IPV6) {
            // icmpv6_echo_reply asks for the device that the request came by; only without a source that is all it gets
            key.outDevice = in.index;
        }
        result.clear(request.family());
        return request.family() == Family.IPV4 ? outputIpv4.route(key, result) : ipv6.output(key, result);
    }

    /** {@code fib_compute_spec_dst}. */
    private void specificDestination(final NetDevice in, final int mark) {
        final int replyMark = key.mark;
        key.mark = in.sourceValidMark ? mark : 0;
        if (!InputRouting.isZeroNet(key.destinationLow) && rulesIpv4.lookupIpv4(key, match) == RouteError.NONE) {
            outputIpv4.preferredSource(key, match.found(), match.found().hops[match.hop]);
        } else {
            final IpAddress own = sources.ipv4(in, (int) key.destinationLow, RouteScope.LINK.number());
            key.sourceLow = own == null ? 0 : own.low();
        }
        key.mark = replyMark;
    }

    /**
     * The address MASQUERADE takes: the next hop's subnet on the device decides, not the route's {@code src}
     * (net/netfilter/nf_nat_masquerade.c).
     *
     * @param high the next hop (IPv4) or the destination (IPv6)
     * @return null where no device has one
     */
    public @Nullable IpAddress selectAddress(
            final Family family, final String device, final long high, final long low) {
        final NetDevice out = devices.get(device);
        return family == Family.IPV4
                ? sources.ipv4(out, (int) low, RouteScope.UNIVERSE.number())
                : sources.ipv6(out, high, low);
    }

    /**
     * The address REDIRECT takes in PREROUTING: the device's first (net/netfilter/nf_nat_redirect.c).
     *
     * @param high the packet's destination: its scope decides in IPv6
     * @return null where the device has none
     */
    public @Nullable IpAddress redirectAddress(final Family family, final String device, final long high) {
        final NetDevice in = devices.get(device);
        if (family == Family.IPV4) {
            return in.ipv4.isEmpty() ? null : in.ipv4.get(0).address();
        }
        for (final NetDevice.Ipv6Address address : in.ipv6) {
            if (!Ipv6Scope.isLinkLocal(high)
                    || Ipv6Scope.isLinkLocal(address.address().high())) {
                return address.address();
            }
        }
        return null;
    }

    /** {@code rt_set_nexthop}: the way by a hop of a route. */
    static void leave(final RouteKey flow, final FibEntry entry, final FibEntry.Hop hop, final RouteResult result) {
        result.device = hop.device;
        result.gateway = hop.gateway;
        result.nextHopHigh = hop.gateway ? hop.gatewayHigh : flow.destinationHigh;
        result.nextHopLow = hop.gateway ? hop.gatewayLow : flow.destinationLow;
        result.mtu = Math.min(entry.mtu != 0 ? entry.mtu : hop.device.mtu, MAX_MTU);
    }

    static void leaveOnLink(final RouteKey flow, final NetDevice device, final RouteResult result) {
        result.device = device;
        result.gateway = false;
        result.nextHopHigh = flow.destinationHigh;
        result.nextHopLow = flow.destinationLow;
        result.mtu = Math.min(device.mtu, MAX_MTU);
    }
}
