// SPDX-License-Identifier: Apache-2.0
package io.nfl.iptables;

import static org.assertj.core.api.Assertions.assertThat;

import io.nfl.api.host.Route;
import io.nfl.api.host.RouteType;
import io.nfl.api.host.RoutingRule;
import io.nfl.api.net.Family;
import io.nfl.diag.Diagnostic;
import io.nfl.diag.Result;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IpCommandReaderTest {
    private static IpConfiguration read(final String... lines) {
        final Result<IpConfiguration> read = IpCommandReader.read("ip", List.of(lines));
        assertThat(read.diagnostics()).isEmpty();
        return read.value().orElseThrow();
    }

    @Test
    @DisplayName("routes keep type, next hops, table, metric, source and mtu")
    void routes() {
        final IpConfiguration read = read(
                "ip route add default via 203.0.113.1 dev eth0",
                "route add 100.64.1.0/24 via 100.64.0.1 dev eth0 src 203.0.113.3 metric 7 table 100 mtu 1400 tos 0x10",
                "route add unreachable 10.1.0.0/16",
                "route add default table 9 nexthop via 203.0.113.1 dev eth0 weight 2 nexthop via 198.18.0.1 dev eth2",
                "-6 route add default via 2001:db8::1 dev eth0");
        final Route second = read.routes().get(1);
        assertThat(second.table()).isEqualTo(100);
        assertThat(second.metric()).isEqualTo(7);
        assertThat(second.mtu()).contains(1400);
        assertThat(second.tos()).isEqualTo(0x10);
        assertThat(second.preferredSource()).hasToString("Optional[203.0.113.3]");
        assertThat(read.routes().get(2).type()).isEqualTo(RouteType.UNREACHABLE);
        assertThat(read.routes().get(3).nextHops()).hasSize(2);
        assertThat(read.routes().get(4).destination().family()).isEqualTo(Family.IPV6);
    }

    @Test
    @DisplayName("a rule without a priority goes one before the second in the list")
    void priorities() {
        final IpConfiguration read = read("rule add fwmark 1 table 100", "rule add from 10.0.0.0/8 lookup main");
        assertThat(read.rules()).extracting(RoutingRule::priority).containsExactly(32_765L, 32_764L);
    }

    @ParameterizedTest
    @DisplayName("what ip refuses, or the engine does not know, is refused by its line")
    @CsvSource({
        "route add 10.0.0.1/24 dev eth0, host bits",
        "route add 10.0.0.0/24, needs a gateway or a device",
        "route add default via 10.0.0.1 dev eth0 realms 4, `realms`",
        "route del default, `ip route del`",
        "link set eth0 down, `ip link`",
        "rule add fwmark 1 table 100 l3mdev, `l3mdev`",
        "rule del pref 5, `ip rule del`",
        "address add 10.0.0.1/24, needs a device",
    })
    void refusals(final String line, final String reason) {
        final List<Diagnostic> found =
                IpCommandReader.read("ip", List.of("", line)).diagnostics();
        assertThat(found).hasSize(1);
        assertThat(found.get(0).message()).contains(reason);
        assertThat(found.get(0).span().line()).isEqualTo(2);
    }
}
