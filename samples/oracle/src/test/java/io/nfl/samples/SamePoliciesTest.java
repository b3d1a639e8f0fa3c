// SPDX-License-Identifier: Apache-2.0
package io.nfl.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nfl.api.host.Device;
import io.nfl.api.host.HostDescription;
import io.nfl.api.host.KernelProfile;
import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.api.net.TcpFlags;
import io.nfl.iptables.RulesetReader;
import io.nfl.ir.Policy;
import io.nfl.ir.Ruleset;
import io.nfl.ir.test.PacketSpec;
import io.nfl.ir.test.PacketSpec.Transport;
import io.nfl.samples.TwoRuleSets.Origin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Samples beside rule sets that administrators wrote by hand for the same networks, all of IPv4: every packet of a grid
 * of sources, destinations and ports, by wire and from this host, ends the same, and so do the later packets of its
 * connection, save where the sample says more, or better. The rule sets are not part of the sources; where they are
 * absent this is skipped, aloud.
 */
class SamePoliciesTest {
    private static final Path BY_HAND = Samples.ROOT.resolve("../shared/policies");
    private static final List<Integer> USERS = List.of(0, 1001, 1500);

    private static final int[] PORTS = {22, 25, 53, 67, 80, 443, 8080, 8883, 9999};
    private static final List<String> HOSTS = List.of(
            "198.51.100.3",
            "198.51.100.29",
            "9.9.9.9",
            "203.0.113.2",
            "203.0.113.10",
            "192.168.1.1",
            "192.168.1.10",
            "192.168.1.50",
            "192.168.1.70",
            "192.168.2.1",
            "192.168.2.10",
            "192.168.2.11",
            "192.168.10.1",
            "192.168.10.5",
            "192.168.20.5",
            "192.168.30.1",
            "192.168.30.5",
            "10.0.0.53",
            "10.1.2.3",
            "10.96.0.10",
            "10.244.1.2",
            "10.244.1.7",
            "10.244.3.2",
            "172.16.3.4",
            "127.0.0.1");

    /** Which first packets the sample treats otherwise on purpose. */
    private interface Apart {
        boolean differs(Origin origin, PacketSpec packet, Set<String> own);
    }

    private static final Map<String, Apart> APART = Map.of(
            // the lan reaches only some ports of the router, beside the published one; pings are measured otherwise;
            // what is published is reached from the router, too
            "home-gateway",
            (origin, packet, own) -> to(packet, "192.168.1.1", "203.0.113.2", "127.0.0.1")
                    && (isPing(packet) || origin.isHost() || origin.device().equals("eth1") && !isPublished(packet)),
            // the host's own packets to itself come in, which the rules by hand forget
            "guest-network",
            (origin, packet, own) -> origin.isHost() && isOwn(packet, own),
            // mail is published there, and this host can be reached, by itself too
            "dual-wan",
            (origin, packet, own) ->
                    origin.isHost() ? isOwn(packet, own) : !origin.device().equals("lan0"),
            // servers are published by their public address alone, the keepers reach the firewall, and it hears what
            // answers its own packets
            "dmz",
            (origin, packet, own) -> origin.isHost()
                    || !origin.device().equals("eth1")
                    || to(packet, "192.168.2.1")
                    || !isTo(packet, "192.168.2."),
            // the lan may reach this host, a client of the tunnel the lan; of the user in the tunnel see below
            "vpn-killswitch",
            (origin, packet, own) -> origin.isHost()
                    ? origin.uid() == 1001
                    : !origin.device().equals("lan0") || isTo(packet, "192.168.1.") || to(packet, "203.0.113.2"),
            "ssh-ratelimit",
            (origin, packet, own) -> origin.isHost() && isOwn(packet, own),
            "bastion",
            (origin, packet, own) -> false,
            "oracle/policies/service-lb.nfl",
            (origin, packet, own) -> false);

    @ParameterizedTest
    @CsvSource({
        "home-gateway, 01-home-gateway-hairpin.v4",
        "guest-network, 08-guest-vlans.v4",
        "dual-wan, 02-dual-wan.v4",
        "dmz, 10-dmz.v4",
        "vpn-killswitch, 04-vpn-killswitch.v4",
        "ssh-ratelimit, 07-ssh-ratelimit.v4",
        "bastion, 11-bastion.v4",
        "oracle/policies/service-lb.nfl, 05-k8s-service-lb.v4"
    })
    @DisplayName("a sample does to packets and connections what the rule set that was written by hand does")
    void sameAsByHand(String sample, String file) throws IOException {
        final Policy policy = policy(sample);
        final HostDescription host = policy.host(KernelProfile.MEASURED);
        final TwoRuleSets both = both(sample, file);
        final List<Origin> origins = host.devices().stream()
                .filter(device -> !device.isLoopback())
                .map(Device::name)
                .map(Origin::wire)
                .collect(Collectors.toCollection(ArrayList::new));
        USERS.forEach(uid -> origins.add(Origin.host(uid)));
        final Apart apart = APART.get(sample);
        final Set<String> own = own(host);
        for (final Origin origin : origins) {
            for (final PacketSpec packet : packets(sources(origin, host), HOSTS)) {
                if (!apart.differs(origin, packet, own)) {
                    both.age(Duration.ofMillis(700));
                    both.converse(origin, packet);
                }
            }
        }
        System.out.println(sample + " and " + file + ": " + both.compared());
        assertThat(both.differences()).isEmpty();
    }

    @Test
    @DisplayName("the kill switch by hand rejects what its user sends into the tunnel; the sample sends it there")
    void theFaultOfTheKillSwitchByHand() throws IOException {
        final TwoRuleSets both = both("vpn-killswitch", "04-vpn-killswitch.v4");
        for (final int port : PORTS) {
            final PacketSpec packet = packet(new Transport.Tcp(TcpFlags.SYN), "203.0.113.2", "9.9.9.9", port);
            assertThat(both.byHand(Origin.host(1001), packet).told()).contains("dropped in OUTPUT");
            assertThat(both.sample(Origin.host(1001), packet).told()).startsWith("sent wg0 ");
            // neither lets it out elsewhere, nor keeps others from it
            final PacketSpec leak = packet(new Transport.Tcp(TcpFlags.SYN), "10.66.0.2", "203.0.113.9", port);
            assertThat(both.byHand(Origin.host(1001), leak).told()).doesNotContain("sent wan0");
            assertThat(both.sample(Origin.host(1001), leak).told()).doesNotContain("sent wan0");
            assertThat(both.sample(Origin.host(0), packet).told()).startsWith("sent wan0 ");
        }
    }

    /** A sample, or a policy below them. */
    private static Policy policy(String sample) throws IOException {
        return sample.endsWith(".nfl") ? Samples.compileFile("samples/" + sample) : Samples.compile(sample);
    }

    private static TwoRuleSets both(String sample, String file) throws IOException {
        final Path text = BY_HAND.resolve(file);
        assumeTrue(Files.exists(text), "the rule sets written by hand are not here: " + text.getFileName());
        final Policy policy = policy(sample);
        final Ruleset byHand = RulesetReader.read(Family.IPV4, file, inTheSamplesWords(sample, Files.readString(text)))
                .value()
                .orElseThrow();
        return new TwoRuleSets(
                policy.host(KernelProfile.MEASURED),
                byHand,
                policy.ruleset(Family.IPV4).orElseThrow());
    }

    private static boolean isPublished(PacketSpec packet) {
        return packet.transport() instanceof Transport.Tcp
                && to(packet, "203.0.113.2")
                && packet.destinationPort().orElse(0) == 8080;
    }

    private static boolean isPing(PacketSpec packet) {
        return packet.transport() instanceof Transport.Icmp;
    }

    private static boolean to(PacketSpec packet, String... addresses) {
        return List.of(addresses).contains(packet.destination().toString());
    }

    private static boolean isTo(PacketSpec packet, String beginning) {
        return packet.destination().toString().startsWith(beginning);
    }

    private static boolean isOwn(PacketSpec packet, Set<String> own) {
        return own.contains(packet.destination().toString());
    }

    private static Set<String> own(HostDescription host) {
        return host.devices().stream()
                .flatMap(device -> device.addresses().stream())
                .map(address -> address.address().toString())
                .collect(Collectors.toSet());
    }

    /**
     * The same network with the devices, the public address and the published port of the sample, and guests are told
     * that they are not admitted, where by hand it was that a port is closed. The time of day and NFLOG, which this
     * project does not read, are left out: the packets come in the hours that the rule admits, and what NFLOG has told
     * goes on.
     */
    private static String inTheSamplesWords(String sample, String text) {
        return switch (sample) {
            case "home-gateway" ->
                text.replace("wan0", "eth0")
                        .replace("lan0", "eth1")
                        .replace("203.0.113.5", "203.0.113.2")
                        .replace("--dport 443 ", "--dport 8080 ")
                        .replace("8443", "80");
            case "guest-network" ->
                text.replaceAll("(?m)^(.* -i trunk0.30 .*-j REJECT)$", "$1 --reject-with icmp-admin-prohibited");
            case "bastion" ->
                text.replaceAll(" -m time( --(timestart|timestop|weekdays) \\S+)+", "")
                        .replaceAll("(?m)^.*-j NFLOG .*\\n", "");
            default -> text;
        };
    }

    /** By wire from anywhere; of this host its own. */
    private static List<String> sources(Origin origin, HostDescription host) {
        return origin.isHost()
                ? own(host).stream()
                        .filter(address -> address.indexOf(':') < 0)
                        .sorted()
                        .toList()
                : HOSTS;
    }

    private static List<PacketSpec> packets(List<String> sources, List<String> destinations) {
        final List<PacketSpec> packets = new ArrayList<>();
        for (final String source : sources) {
            for (final String destination : destinations) {
                for (final int port : PORTS) {
                    packets.add(packet(new Transport.Tcp(TcpFlags.SYN), source, destination, port));
                    packets.add(packet(new Transport.Udp(), source, destination, port));
                }
                packets.add(packet(new Transport.Icmp(8, 0, 7), source, destination, 0));
            }
        }
        return packets;
    }

    private static PacketSpec packet(Transport transport, String source, String destination, int port) {
        final boolean ports = port != 0;
        return new PacketSpec(
                transport,
                IpAddress.parse(source),
                ports ? OptionalInt.of(40_000) : OptionalInt.empty(),
                IpAddress.parse(destination),
                ports ? OptionalInt.of(port) : OptionalInt.empty(),
                PacketSpec.Fields.DEFAULT);
    }
}
