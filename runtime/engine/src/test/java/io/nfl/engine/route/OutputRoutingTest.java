// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nfl.api.net.AddressType;
import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.engine.packet.Packet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Output routing, source selection, reroute, and what matches and NAT ask. */
class OutputRoutingTest {
    private static TestHost host() {
        return new TestHost()
                .device("eth0", "203.0.113.2/24", "203.0.113.3/24", "100.64.0.2/24")
                .device("eth1", "192.168.1.1/24")
                .device("eth2", "198.18.0.2/24")
                .route("default via 203.0.113.1 dev eth0")
                .route("100.64.1.0/24 via 100.64.0.1 dev eth0 src 203.0.113.3")
                .route("default via 198.18.0.1 dev eth2 table 100")
                .rule("pref 100 fwmark 1 table 100")
                .rule("pref 101 from 198.18.0.2 table 100");
    }

    private static String send(final Routing routing, final @Nullable String from, final String to, final int mark) {
        final RouteKey key = new RouteKey();
        key.clear(IpAddress.parse(to).family());
        key.destination(IpAddress.parse(to));
        if (from != null) {
            key.source(IpAddress.parse(from));
        }
        key.mark = mark;
        final RouteResult result = new RouteResult();
        final RouteError error = routing.output(key, result);
        return error == RouteError.NONE
                ? result.source() + " " + result.device() + " " + result.nextHop()
                : error.name();
    }

    @ParameterizedTest
    @DisplayName("the source is the one asked for, the route's, or the one whose subnet has the gateway")
    @CsvSource({
        ", 198.51.100.5, 0, 203.0.113.2 eth0 203.0.113.1",
        ", 100.64.1.9, 0, 203.0.113.3 eth0 100.64.0.1",
        ", 100.64.0.9, 0, 100.64.0.2 eth0 100.64.0.9",
        ", 192.168.1.9, 0, 192.168.1.1 eth1 192.168.1.9",
        ", 198.51.100.5, 1, 198.18.0.2 eth2 198.18.0.1",
        "198.18.0.2, 198.51.100.5, 0, 198.18.0.2 eth2 198.18.0.1",
        "192.168.1.1, 198.51.100.5, 0, 192.168.1.1 eth0 203.0.113.1",
        "10.1.1.1, 198.51.100.5, 0, NETWORK_UNREACHABLE",
        "10.1.1.1, 224.0.0.1, 0, NETWORK_UNREACHABLE",
        "203.0.113.2, 224.0.0.1, 0, 203.0.113.2 eth0 224.0.0.1",
        "224.0.0.9, 198.51.100.5, 0, INVALID",
        ", 192.168.1.1, 0, 192.168.1.1 lo 192.168.1.1",
        ", 127.0.0.1, 0, 127.0.0.1 lo 127.0.0.1",
        ", 127.9.9.9, 0, 127.0.0.1 lo 127.9.9.9",
        ", 203.0.113.3, 0, 203.0.113.2 lo 203.0.113.3",
    })
    void source(final String from, final String to, final int mark, final String expected) {
        assertThat(send(host().routing(), from, to, mark)).isEqualTo(expected);
    }

    @Test
    @DisplayName("without a route there is no way, with a loopback source none to the outside")
    void noWay() {
        final Routing routing = new TestHost().device("eth0", "203.0.113.2/24").routing();
        assertThat(send(routing, null, "198.51.100.5", 0)).isEqualTo("NETWORK_UNREACHABLE");
        assertThat(send(routing, "127.0.0.1", "203.0.113.9", 0)).isEqualTo("INVALID");
    }

    @Test
    @DisplayName("a device that was asked for stands in for a missing route")
    void boundDevice() {
        final Routing routing = new TestHost().device("eth0", "203.0.113.2/24").routing();
        final RouteKey key = new RouteKey();
        key.clear(Family.IPV4);
        key.destination(IpAddress.parse("198.51.100.5"));
        key.outDevice = 2;
        final RouteResult result = new RouteResult();
        assertThat(routing.output(key, result)).isEqualTo(RouteError.NONE);
        assertThat(result.source() + " " + result.device() + " " + result.nextHop())
                .isEqualTo("203.0.113.2 eth0 198.51.100.5");
    }

    @Test
    @DisplayName("a reroute goes by the mark and keeps the source")
    void reroute() {
        final Routing routing = host().routing();
        final Packet packet = TestHost.packet(routing, "", "203.0.113.2", "198.51.100.5", "mark 1");
        final RouteResult result = new RouteResult();
        assertThat(routing.rerouteOutput(packet, 0, new RouteResult(), result)).isEqualTo(RouteError.NONE);
        assertThat(result.device() + " " + result.source()).isEqualTo("eth2 203.0.113.2");
    }

    @ParameterizedTest
    @DisplayName("MASQUERADE takes the address whose subnet has the next hop, whatever src the route names")
    @CsvSource({
        "eth0, 203.0.113.1, 203.0.113.2",
        "eth0, 100.64.0.1, 100.64.0.2",
        "eth0, 10.9.9.9, 203.0.113.2",
        "eth1, 192.168.1.9, 192.168.1.1"
    })
    void masquerade(final String device, final String nextHop, final String expected) {
        final IpAddress hop = IpAddress.parse(nextHop);
        assertThat(host().routing().selectAddress(Family.IPV4, device, hop.high(), hop.low()))
                .hasToString(expected);
    }

    @ParameterizedTest
    @DisplayName("an address has the type the local table gives it")
    @CsvSource({
        "203.0.113.2, '', LOCAL",
        "203.0.113.2, eth0, LOCAL",
        "203.0.113.2, eth1, UNICAST",
        "203.0.113.3, eth0, LOCAL",
        "203.0.113.255, '', BROADCAST",
        "255.255.255.255, '', BROADCAST",
        "0.0.0.0, '', BROADCAST",
        "0.1.2.3, '', UNICAST",
        "224.1.2.3, '', MULTICAST",
        "127.4.4.4, '', LOCAL",
        "198.51.100.5, '', UNICAST",
    })
    void addressType(final String address, final String device, final AddressType expected) {
        final IpAddress parsed = IpAddress.parse(address);
        assertThat(host().routing().view(Family.IPV4).addressTypes(parsed.high(), parsed.low(), device))
                .isEqualTo(expected.bit());
    }

    @ParameterizedTest
    @DisplayName("rpfilter holds where the source is reached through the device")
    @CsvSource({
        "eth1, 192.168.1.10, false, true",
        "eth1, 8.8.8.8, false, false",
        "eth1, 8.8.8.8, true, true",
        "eth1, 192.168.1.1, false, false",
        "lo, 8.8.8.8, false, true",
    })
    void reversePath(final String in, final String from, final boolean loose, final boolean expected) {
        final Routing routing = host().routing();
        final Packet packet = TestHost.packet(routing, in, from, "198.51.100.5", "");
        assertThat(packet.routing().reversePathHolds(packet, loose, false, false))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @DisplayName("IPv6 sources are chosen by scope, device, label and longest match")
    @CsvSource({
        "2001:db8:1::9, 2001:db8:1::2 eth0 2001:db8:1::9",
        "2001:db8:9::1, 2001:db8:1::2 eth0 2001:db8:1::1",
        "2001:db8:2::9, 2001:db8:2::1 eth1 2001:db8:2::9",
        "fd00::9, fd00::1 eth1 fd00::9",
        "::1, ::1 lo ::1",
        "2001:db8:2::1, 2001:db8:2::1 lo 2001:db8:2::1",
    })
    void sourceIpv6(final String to, final String expected) {
        final Routing routing = new TestHost()
                .device("eth0", "2001:db8:1::2/64", "fe80::2/64")
                .device("eth1", "2001:db8:2::1/64", "fd00::1/64")
                .route("default6 via 2001:db8:1::1 dev eth0")
                .routing();
        assertThat(send(routing, null, to, 0)).isEqualTo(expected);
    }

    @Test
    @DisplayName("a gateway that no link has is refused, as ip route does")
    void gatewayOffLink() {
        final TestHost host = new TestHost().device("eth0", "203.0.113.2/24").route("default via 10.0.0.1");
        assertThatThrownBy(host::routing)
                .isInstanceOf(HostRefusedException.class)
                .hasMessageContaining("10.0.0.1");
    }

    @Test
    @DisplayName("a reply of the host comes from the address that was written to; an error from the way back")
    void answers() {
        final Routing routing = host().sysctl("net.ipv4.ip_forward", 1).routing();
        final Packet ping = TestHost.packet(routing, "eth1", "192.168.1.10", "203.0.113.3", "proto 1");
        final RouteResult received = new RouteResult();
        routing.input(ping, received);
        final RouteResult answer = new RouteResult();
        routing.replyRoute(ping, received, 0, answer);
        assertThat(answer.source() + " " + answer.device()).isEqualTo("203.0.113.3 eth1");
        final Packet lost = TestHost.packet(routing, "eth1", "192.168.1.10", "198.51.100.5", "");
        routing.input(lost, received);
        routing.errorRoute(lost, received, "eth1", 0, 0xC0, answer);
        assertThat(answer.source() + " " + answer.device()).isEqualTo("192.168.1.1 eth1");
    }
}
