// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.nfl.engine.packet.Packet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The measured facts of input routing: each row is what Linux 6.18 did with that packet. */
class InputRoutingTest {
    private static TestHost router() {
        return new TestHost()
                .device("eth0", "203.0.113.2/24")
                .device("eth1", "192.168.1.1/24")
                .device("eth2", "198.18.0.2/24")
                .sysctl("net.ipv4.ip_forward", 1);
    }

    private static TestHost routerWithDefault() {
        return router().route("default via 203.0.113.1 dev eth0");
    }

    private static String decide(
            final Routing routing, final String in, final String from, final String to, final String more) {
        final Packet packet = TestHost.packet(routing, in, from, to, more);
        final RouteResult result = new RouteResult();
        routing.input(packet, result);
        return switch (result.kind()) {
            case LOCAL -> "local " + result.type().label();
            case FORWARD -> "forward " + result.device() + (result.hasGateway() ? " via " + result.nextHop() : "");
            case UNREACHABLE -> "icmp " + result.icmpCode();
            case DISCARD -> "drop";
            case NONE, OUTPUT -> throw new AssertionError(result.kind());
        };
    }

    @ParameterizedTest
    @DisplayName("a route without a way is answered by its kind")
    @CsvSource({
        "10.1.2.3, icmp 1",
        "10.2.2.3, icmp 13",
        "10.3.2.3, icmp -1",
        "10.4.2.3, icmp 0",
        "10.5.2.3, icmp 0",
        "203.0.113.9, forward eth0",
    })
    void routeWithoutWay(final String to, final String expected) {
        final Routing routing = router().route("unreachable 10.1.0.0/16")
                .route("prohibit 10.2.0.0/16")
                .route("blackhole 10.3.0.0/16")
                .route("throw 10.4.0.0/16")
                .routing();
        assertThat(decide(routing, "eth1", "192.168.1.10", to, "")).isEqualTo(expected);
    }

    @ParameterizedTest
    @DisplayName("odd addresses are dropped, delivered or forwarded as measured")
    @CsvSource({
        "192.168.1.1, 198.51.100.5, drop",
        "127.0.0.1, 198.51.100.5, drop",
        "0.0.0.0, 198.51.100.5, drop",
        "224.0.0.9, 198.51.100.5, drop",
        "255.255.255.255, 198.51.100.5, drop",
        "240.0.0.1, 198.51.100.5, forward eth0 via 203.0.113.1",
        "192.168.1.255, 198.51.100.5, forward eth0 via 203.0.113.1",
        "192.168.1.10, 203.0.113.255, local broadcast",
        "192.168.1.10, 203.0.113.0, forward eth0",
        "192.168.1.10, 192.168.1.255, local broadcast",
        "192.168.1.10, 255.255.255.255, local broadcast",
        "0.0.0.0, 255.255.255.255, local broadcast",
        "192.168.1.10, 203.0.113.2, local local",
        "192.168.1.10, 224.0.0.1, local multicast",
        "192.168.1.10, 224.0.0.9, drop",
        "192.168.1.10, 127.0.0.1, drop",
        "192.168.1.10, 0.0.0.0, drop",
    })
    void oddAddresses(final String from, final String to, final String expected) {
        assertThat(decide(routerWithDefault().routing(), "eth1", from, to, "")).isEqualTo(expected);
    }

    @ParameterizedTest
    @DisplayName("rp_filter drops by the way back: 0 nothing, 1 what leaves by another device, 2 what has none")
    @CsvSource({
        "0, 192.168.1.10, forward eth0 via 203.0.113.1",
        "0, 198.18.0.9, forward eth0 via 203.0.113.1",
        "0, 10.77.0.1, forward eth0 via 203.0.113.1",
        "1, 192.168.1.10, forward eth0 via 203.0.113.1",
        "1, 198.18.0.9, drop",
        "1, 10.77.0.1, drop",
        "1, 8.8.8.8, drop",
        "2, 198.18.0.9, forward eth0 via 203.0.113.1",
        "2, 8.8.8.8, forward eth0 via 203.0.113.1",
        "2, 10.77.0.1, drop",
        "2, 10.88.0.1, drop",
    })
    void reversePathFilter(final int mode, final String from, final String expected) {
        final Routing routing = routerWithDefault()
                .route("unreachable 10.77.0.0/16")
                .route("blackhole 10.88.0.0/16")
                .sysctl("net.ipv4.conf.eth1.rp_filter", mode)
                .routing();
        assertThat(decide(routing, "eth1", from, "198.51.100.5", "")).isEqualTo(expected);
    }

    @ParameterizedTest
    @DisplayName("the greater of all and the device is the rp_filter that counts")
    @CsvSource({"1, 0, drop", "0, 1, drop", "1, 2, forward eth0 via 203.0.113.1"})
    void greaterReversePathFilter(final int all, final int device, final String expected) {
        final Routing routing = routerWithDefault()
                .sysctl("net.ipv4.conf.all.rp_filter", all)
                .sysctl("net.ipv4.conf.eth1.rp_filter", device)
                .routing();
        assertThat(decide(routing, "eth1", "8.8.8.8", "198.51.100.5", "")).isEqualTo(expected);
    }

    @ParameterizedTest
    @DisplayName("the mark counts for the way back only with src_valid_mark")
    @CsvSource({"0, drop", "1, forward eth2 via 198.18.0.1"})
    void markOfTheWayBack(final int srcValidMark, final String expected) {
        final Routing routing = routerWithDefault()
                .route("default via 198.18.0.1 dev eth2 table 100")
                .route("10.9.0.0/16 dev eth1 table 100")
                .rule("pref 100 fwmark 1 table 100")
                .sysctl("net.ipv4.conf.eth1.rp_filter", 1)
                .sysctl("net.ipv4.conf.eth1.src_valid_mark", srcValidMark)
                .routing();
        assertThat(decide(routing, "eth1", "10.9.0.1", "198.51.100.5", "mark 1"))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @DisplayName("route_localnet lets 127/8 in from outside")
    @CsvSource({"0, drop", "1, local local"})
    void routeLocalnet(final int value, final String expected) {
        final Routing routing = routerWithDefault()
                .sysctl("net.ipv4.conf.eth1.route_localnet", value)
                .routing();
        assertThat(decide(routing, "eth1", "192.168.1.10", "127.0.0.1", "")).isEqualTo(expected);
    }

    @Test
    @DisplayName("with forwarding off on the device it came by a packet is dropped in silence")
    void forwardingOffOnTheDevice() {
        final Routing routing =
                routerWithDefault().sysctl("net.ipv4.conf.eth1.forwarding", 0).routing();
        assertThat(decide(routing, "eth1", "192.168.1.10", "198.51.100.5", "")).isEqualTo("icmp -1");
        assertThat(decide(routing, "eth2", "198.18.0.9", "198.51.100.5", "")).isEqualTo("forward eth0 via 203.0.113.1");
    }

    @ParameterizedTest
    @DisplayName("rules select by mark, source, device, protocol and port")
    @CsvSource({
        "eth1, 192.168.1.10, mark 1, forward eth2 via 198.18.0.1",
        "eth1, 192.168.1.10, mark 2, forward eth0 via 203.0.113.1",
        "eth1, 192.168.1.11, , forward eth2 via 198.18.0.1",
        "eth2, 198.18.0.9, , forward eth1 via 192.168.1.254",
        "eth1, 192.168.1.10, dport 54, forward eth2 via 198.18.0.1",
        "eth1, 192.168.1.10, proto 6, icmp 13",
        "eth1, 192.168.1.10, mark 7, icmp 0",
        "eth1, 192.168.1.10, mark 8, icmp -1",
        "eth1, 192.168.1.10, mark 9, forward eth2 via 198.18.0.1",
    })
    void rules(final String in, final String from, final String more, final String expected) {
        final Routing routing = routerWithDefault()
                .route("default via 198.18.0.1 dev eth2 table 100")
                .route("default via 192.168.1.254 dev eth1 table 101")
                .rule("pref 90 fwmark 7 unreachable")
                .rule("pref 91 fwmark 8 blackhole")
                .rule("pref 92 fwmark 9 goto 102")
                .rule("pref 99 iif eth2 table 101")
                .rule("pref 100 fwmark 1 table 100")
                .rule("pref 100 ipproto 17 dport 54 table 100")
                .rule("pref 101 ipproto 6 prohibit")
                .rule("pref 101 from 192.168.1.11 table 100")
                .rule("pref 102 fwmark 9 table 100")
                .routing();
        assertThat(decide(routing, in, from, "198.51.100.5", more == null ? "" : more))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @DisplayName("longest prefix first, then tos, then metric; unreachable shadows a shorter route")
    @CsvSource({
        "10.1.1.1, , forward eth0 via 203.0.113.7",
        "10.1.1.1, tos 8, forward eth0 via 203.0.113.8",
        "10.1.2.1, , icmp 1",
        "10.1.3.1, , forward eth0 via 203.0.113.1",
    })
    void order(final String to, final String more, final String expected) {
        final Routing routing = routerWithDefault()
                .route("10.1.1.0/24 via 203.0.113.9 metric 20")
                .route("10.1.1.0/24 via 203.0.113.7 metric 10")
                .route("10.1.1.0/24 via 203.0.113.8 metric 30 tos 8")
                .route("10.1.0.0/16 via 203.0.113.1")
                .route("unreachable 10.1.2.0/24")
                .routing();
        assertThat(decide(routing, "eth1", "192.168.1.10", to, more == null ? "" : more))
                .isEqualTo(expected);
    }

    @Test
    @DisplayName("suppress_prefixlength 0 passes over default routes only")
    void suppressPrefixLength() {
        final Routing routing = routerWithDefault()
                .route("10.0.0.0/8 via 192.168.1.254 dev eth1")
                .route("default via 198.18.0.1 dev eth2 table 100")
                .rule("pref 10 table 254 suppress_prefixlength 0")
                .rule("pref 20 table 100")
                .routing();
        assertThat(decide(routing, "eth1", "192.168.1.10", "10.1.1.1", "")).isEqualTo("forward eth1 via 192.168.1.254");
        assertThat(decide(routing, "eth1", "192.168.1.10", "198.51.100.5", ""))
                .isEqualTo("forward eth2 via 198.18.0.1");
    }

    @ParameterizedTest
    @DisplayName("IPv6: own and anycast addresses are delivered, joined groups too; the rest goes on or is refused")
    @CsvSource({
        "2001:db8:1::2, local local",
        "2001:db8:2::, local anycast",
        "2001:db8:1::77, forward eth0",
        "2001:db8:9::1, forward eth0 via 2001:db8:1::1",
        "fc00::1, icmp 0",
        "2001:db8:a::1, icmp 1",
        "ff02::1, local multicast",
        "ff02::2, local multicast",
        "ff02::1:ff00:1, local multicast",
        "ff02::99, drop",
        "fe80::1, icmp 0",
    })
    void ipv6(final String to, final String expected) {
        final Routing routing = new TestHost()
                .device("eth0", "2001:db8:1::2/64")
                .device("eth1", "2001:db8:2::1/64")
                .sysctl("net.ipv6.conf.all.forwarding", 1)
                .route("2000::/3 via 2001:db8:1::1 dev eth0")
                .route("prohibit 2001:db8:a::/48")
                .routing();
        assertThat(decide(routing, "eth1", "2001:db8:2::10", to, "")).isEqualTo(expected);
    }
}
