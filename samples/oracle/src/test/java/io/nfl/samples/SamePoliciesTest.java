// SPDX-License-Identifier: Apache-2.0
package io.nfl.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nfl.api.classify.Classifier;
import io.nfl.api.host.HostDescription;
import io.nfl.api.host.KernelProfile;
import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.api.net.TcpFlags;
import io.nfl.compiler.LoadedPolicy;
import io.nfl.compiler.LoadedPolicy.Execution;
import io.nfl.compiler.testing.Conversations;
import io.nfl.engine.choice.SeededChooser;
import io.nfl.engine.clock.SettableClock;
import io.nfl.engine.pipeline.Engine;
import io.nfl.engine.pipeline.EngineOptions;
import io.nfl.engine.pipeline.Flow;
import io.nfl.iptables.RulesetReader;
import io.nfl.ir.Policy;
import io.nfl.ir.Ruleset;
import io.nfl.ir.test.PacketSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Samples beside rule sets that administrators wrote by hand for the same networks: every packet of a grid of sources,
 * destinations and ports ends the same, save where the sample says more, or better. The rule sets are not part of the
 * sources; where they are absent this is skipped, aloud.
 */
class SamePoliciesTest {
    private static final Path BY_HAND = Samples.ROOT.resolve("../shared/policies");

    /** What a host with these rules does to a packet that begins a connection. */
    private static final class Host {
        private final Engine engine;

        Host(HostDescription host, Ruleset rules) {
            final Classifier classifier =
                    LoadedPolicy.classifiers(rules, Execution.EVALUATOR).get();
            engine = new Engine(
                    host,
                    Map.of(Family.IPV4, classifier),
                    new SettableClock(),
                    new SeededChooser(7),
                    EngineOptions.SILENT,
                    (device, bytes, length) -> {});
            engine.record(true);
        }

        String fate(String device, byte[] packet) {
            engine.flushConnections();
            engine.receive(device, packet, 0, packet.length);
            final List<Flow> flows = engine.takeFlows();
            if (flows.isEmpty()) {
                return "dropped on arrival";
            }
            final Flow flow = flows.get(0);
            final StringBuilder told = new StringBuilder(flow.end().text());
            for (final Flow.Sent sent : flow.sent()) {
                told.append(' ').append(sent.device());
                told.append(' ').append(HexFormat.of().formatHex(sent.bytes()));
            }
            return told.toString();
        }
    }

    /** Which packets the sample treats otherwise on purpose. */
    private interface Apart {
        boolean differs(String in, PacketSpec packet);
    }

    private static final Map<String, Apart> APART = Map.of(
            // the lan reaches only some ports of the router, beside the published one; pings are measured otherwise
            "home-gateway",
            (in, packet) -> List.of("192.168.1.1", "203.0.113.2")
                            .contains(packet.destination().toString())
                    && (packet.transport() instanceof PacketSpec.Transport.Icmp
                            || (in.equals("eth1") && !isPublished(packet))),
            "guest-network",
            (in, packet) -> false,
            // mail is published there, and this host can be reached
            "dual-wan",
            (in, packet) -> !in.equals("lan0"),
            // servers are published by their public address alone, and the keepers reach the firewall
            "dmz",
            (in, packet) -> !in.equals("eth1")
                    || packet.destination().equals(IpAddress.parse("192.168.2.1"))
                    || !packet.destination().toString().startsWith("192.168.2."),
            // the lan may reach this host, and a client of the tunnel the lan
            "vpn-killswitch",
            (in, packet) -> !in.equals("lan0")
                    || packet.destination().toString().startsWith("192.168.1.")
                    || packet.destination().equals(IpAddress.parse("203.0.113.2")));

    @ParameterizedTest
    @CsvSource({
        "home-gateway, 01-home-gateway-hairpin.v4",
        "guest-network, 08-guest-vlans.v4",
        "dual-wan, 02-dual-wan.v4",
        "dmz, 10-dmz.v4",
        "vpn-killswitch, 04-vpn-killswitch.v4"
    })
    @DisplayName("a sample does to packets what the rule set that was written by hand does")
    void sameAsByHand(String sample, String file) throws IOException {
        final Path text = BY_HAND.resolve(file);
        assumeTrue(Files.exists(text), "the rule sets written by hand are not here: " + text.getFileName());
        final Policy policy = Samples.compile(sample);
        final Ruleset byHand = RulesetReader.read(Family.IPV4, file, inTheSamplesNames(sample, Files.readString(text)))
                .value()
                .orElseThrow();
        final HostDescription description = policy.host(KernelProfile.MEASURED);
        final Host ours = new Host(description, policy.ruleset(Family.IPV4).orElseThrow());
        final Host theirs = new Host(description, byHand);
        final List<String> differences = new ArrayList<>();
        int compared = 0;
        for (final String device : description.devices().stream()
                .filter(d -> !d.isLoopback())
                .map(d -> d.name())
                .toList()) {
            for (final PacketSpec packet : packets()) {
                if (!APART.getOrDefault(sample, (in, any) -> false).differs(device, packet)) {
                    compared++;
                    final byte[] bytes = new Conversations().send(packet);
                    final String expected = theirs.fate(device, bytes);
                    final String actual = ours.fate(device, bytes);
                    if (!expected.equals(actual)) {
                        differences.add(device + " " + packet + "\n  by hand " + expected + "\n  sample  " + actual);
                    }
                }
            }
        }
        System.out.println(sample + " and " + file + ": " + compared + " packets compared");
        assertThat(differences).isEmpty();
    }

    private static boolean isPublished(PacketSpec packet) {
        return packet.transport() instanceof PacketSpec.Transport.Tcp
                && packet.destination().equals(IpAddress.parse("203.0.113.2"))
                && packet.destinationPort().orElse(0) == 8080;
    }

    /** The same network with the devices, the public address and the published port of the sample. */
    private static String inTheSamplesNames(String sample, String text) {
        return sample.equals("home-gateway")
                ? text.replace("wan0", "eth0")
                        .replace("lan0", "eth1")
                        .replace("203.0.113.5", "203.0.113.2")
                        .replace("--dport 443 ", "--dport 8080 ")
                        .replace("8443", "80")
                : text;
    }

    private static List<PacketSpec> packets() {
        final List<String> hosts = List.of(
                "198.51.100.9",
                "9.9.9.9",
                "203.0.113.2",
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
                "10.1.2.3",
                "172.16.3.4");
        final List<PacketSpec> packets = new ArrayList<>();
        for (final String source : hosts) {
            for (final String destination : hosts) {
                for (final int port : new int[] {22, 25, 53, 67, 80, 443, 8080, 8883, 9999}) {
                    packets.add(packet(new PacketSpec.Transport.Tcp(TcpFlags.SYN), source, destination, port));
                    packets.add(packet(new PacketSpec.Transport.Udp(), source, destination, port));
                }
                packets.add(packet(new PacketSpec.Transport.Icmp(8, 0, 7), source, destination, 0));
            }
        }
        return packets;
    }

    private static PacketSpec packet(PacketSpec.Transport transport, String source, String destination, int port) {
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
