// SPDX-License-Identifier: Apache-2.0
package io.nfl.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.nfl.io.capture.CaptureReader;
import io.nfl.io.capture.CapturedFrame;
import io.nfl.io.capture.LinkLayer;
import io.nfl.iptables.Scripts;
import io.nfl.samples.Namespaces.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code nfl run} beside the kernel: curl, ping and traceroute through a router that has a policy's scripts, captured
 * as it came in; what leaves the run is what left the router.
 */
@Tag("kernel")
class LiveCaptureTest {
    private static final int ICMPV6 = 58;
    private static final int FRAGMENT = 44;
    private static final int ICMP = 1;
    private static final int IPV6_HEADER = 40;
    /** Addresses of the routers in the policies of this test. */
    private static final Set<String> ROUTER =
            Set.of("cb007102", "c0a80101", "20010db8000000010000000000000002", "20010db8000000020000000000000001");

    @TempDir
    Path folder = Path.of("");

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "samples/home-gateway/policy.nfl, legacy, 100",
        "samples/oracle/live/home.nfl, nft, 160",
        "samples/oracle/live/home.nfl, legacy, 160"
    })
    @DisplayName("what nfl run lets leave is packet for packet what the kernel sent")
    void run(String policy, String backEnd, int atLeast) throws IOException, InterruptedException {
        final Path scripts = Files.createDirectory(folder.resolve("scripts"));
        Samples.write(Scripts.of(Samples.compileFile(policy), false), scripts);
        final Path captures = folder.resolve("captures");
        final Ended traffic = Namespaces.run(
                folder,
                "bash",
                Samples.ROOT.resolve("samples/oracle/live/live_capture.sh").toString(),
                scripts.toString(),
                captures.toString(),
                backEnd);
        assertThat(traffic.output()).isEmpty();
        assertThat(traffic.status()).isZero();

        final Path out = folder.resolve("out");
        final Ended ended = Namespaces.run(
                folder,
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "io.nfl.cli.Main",
                "run",
                Samples.ROOT.resolve(policy).toString(),
                "--in=wan=" + captures.resolve("wan.in.pcap"),
                "--in=lan=" + captures.resolve("lan.in.pcap"),
                "--output=" + out);
        assertThat(ended.status()).as(ended.output()).isZero();

        int packets = 0;
        for (final String device : List.of("wan", "lan")) {
            final List<String> kernel = packets(captures.resolve(device + ".out.pcap"));
            final List<String> jvm = packets(out.resolve(device + ".pcapng"));
            assertThat(without(kernel, jvm))
                    .as(device + ": sent by the kernel alone")
                    .isEmpty();
            assertThat(without(jvm, kernel))
                    .as(device + ": sent by nfl run alone")
                    .isEmpty();
            packets += kernel.size();
        }
        assertThat(packets).isGreaterThan(atLeast);
        // IPv6 counts neighbour discovery, which a host makes up by itself
        assertThat(counters(out.resolve("rules.v4.counters"))).isEqualTo(counters(captures.resolve("rules.v4")));
    }

    /** As iptables-save prints them, without comments; back ends have their tables in different orders. */
    private static List<String> counters(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> !line.startsWith("#"))
                .sorted()
                .toList();
    }

    private static List<String> without(List<String> packets, List<String> others) {
        final List<String> left = new ArrayList<>(packets);
        others.forEach(left::remove);
        return left;
    }

    /** Packets as hexadecimal digits, neighbour discovery left out. */
    private static List<String> packets(Path capture) throws IOException {
        final List<String> packets = new ArrayList<>();
        try (CaptureReader reader = CaptureReader.open(capture)) {
            for (CapturedFrame frame = reader.next(); frame != null; frame = reader.next()) {
                final int from = LinkLayer.of(frame.linkType()).orElseThrow().ipOffset(frame);
                if (from >= 0) {
                    final byte[] packet = Arrays.copyOfRange(frame.bytes(), from, frame.length());
                    if (!isDiscovery(packet)) {
                        packets.add(HexFormat.of().formatHex(withoutChance(packet)));
                    }
                }
            }
        }
        return packets;
    }

    /** Neighbour discovery and the reports of multicast listeners. */
    private static boolean isDiscovery(byte[] packet) {
        if (packet[0] >>> 4 != 6) {
            return false;
        }
        final boolean hopByHop = packet[6] == 0;
        final int at = hopByHop ? IPV6_HEADER + 8 : IPV6_HEADER;
        final int next = hopByHop ? packet[IPV6_HEADER] : packet[6];
        final int type = packet[at] & 0xFF;
        return next == ICMPV6 && (type >= 130 && type <= 137 || type == 143);
    }

    /**
     * The identification of the router's own ICMP is chosen at random, and so are the flow label of all it makes and
     * the identification of IPv6 fragments that it had put together and cuts again.
     */
    private static byte[] withoutChance(byte[] packet) {
        if (packet[0] >>> 4 == 4
                && packet[9] == ICMP
                && ROUTER.contains(HexFormat.of().formatHex(packet, 12, 16))) {
            for (final int at : new int[] {4, 5, 10, 11}) {
                packet[at] = 0;
            }
        }
        if (packet[0] >>> 4 == 6 && ROUTER.contains(HexFormat.of().formatHex(packet, 8, 24))) {
            packet[1] &= (byte) 0xF0;
            packet[2] = 0;
            packet[3] = 0;
        }
        if (packet[0] >>> 4 == 6 && packet[6] == FRAGMENT) {
            Arrays.fill(packet, IPV6_HEADER + 4, IPV6_HEADER + 8, (byte) 0);
        }
        return packet;
    }
}
