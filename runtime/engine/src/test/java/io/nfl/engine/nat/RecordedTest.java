// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.nat;

import static org.assertj.core.api.Assertions.assertThat;

import io.nfl.api.classify.NatRange;
import io.nfl.api.net.AddressRange;
import io.nfl.api.net.Family;
import io.nfl.api.net.Hook;
import io.nfl.api.net.IpAddress;
import io.nfl.api.net.PortRange;
import io.nfl.api.net.Verdict;
import io.nfl.engine.conntrack.ConntrackEntry;
import io.nfl.engine.conntrack.CtInfo;
import io.nfl.engine.packet.Packet;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What the kernel did to these packets, conntrack and NAT do as well: states, tuples, timeouts and bytes. */
class RecordedTest {
    @TestFactory
    Stream<DynamicTest> tracksAndTranslatesAsTheKernelDid() throws IOException {
        try (InputStream in = RecordedTest.class.getResourceAsStream("recorded.txt")) {
            final String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return Stream.of(text.split("\n\n"))
                    .skip(1)
                    .map(block -> List.of(block.split("\n")))
                    .map(lines -> DynamicTest.dynamicTest(lines.get(0), () -> new Replay().run(lines)));
        }
    }

    /** One scenario. */
    private static final class Replay {
        private final List<String[]> rules = new ArrayList<>();
        private final NatHost host = new NatHost(this::addresses);
        private List<String> table = new ArrayList<>();
        private boolean started;

        private List<IpAddress> addresses(final String device) {
            return rules.stream()
                    .filter(rule -> rule[1].equals("masquerade"))
                    .map(rule -> IpAddress.parse(rule[3]))
                    .toList();
        }

        void run(final List<String> lines) {
            for (final String line : lines) {
                final String[] words = line.split(" ");
                switch (words[0]) {
                    case "sysctl" -> host.conntrack.settings().set(words[1], Integer.parseInt(words[2]));
                    case "rule" -> {
                        rules.add(words);
                        host.translating(true);
                    }
                    case "ct" -> table.add(line);
                    case "advance" -> {
                        compareTable();
                        advance(words);
                    }
                    case "in" -> {
                        compareTable();
                        packet(words);
                    }
                    default -> assertThat(words[0]).isEqualTo("scenario");
                }
            }
            compareTable();
        }

        private void advance(final String[] words) {
            final double seconds = Double.parseDouble(words[1]);
            if (words[2].equals("sleep")) {
                host.clock.advance((long) (seconds * 1e9));
            } else {
                host.conntrack.ageAll((long) seconds);
            }
            started = true;
        }

        private void packet(final String[] words) {
            started = true;
            host.clock.advance(1_000_000);
            final byte[] bytes = HexFormat.of().parseHex(words[2]);
            final Packet packet = host.packet(bytes);
            packet.in(words[1]);
            host.chooser.wanted =
                    words[6].equals("-") ? 0 : wantedPort(HexFormat.of().parseHex(words[6]));
            host.chooser.low = lowOfRule();
            assertThat(host.prerouting(packet, this::rules)).isEqualTo(Verdict.ACCEPT);
            assertThat(state(packet)).as("state of %s", words[2]).isEqualTo(words[3]);
            if (words[4].equals("stopped")) {
                return;
            }
            if (words[4].equals("delivered")) {
                assertThat(host.input(packet, this::rules)).isEqualTo(Verdict.ACCEPT);
                return;
            }
            host.decrementTtl(packet);
            packet.out(words[5]);
            final int verdict = host.postrouting(packet, this::rules);
            assertThat(verdict).isEqualTo(words[4].equals("lost") ? Verdict.DROP : Verdict.ACCEPT);
            if (!words[4].equals("lost")) {
                assertThat(HexFormat.of().formatHex(packet.bytes(), 0, packet.length()))
                        .isEqualTo(words[6]);
            }
        }

        /** The source port, or ICMP id, that the kernel chose. */
        private static int wantedPort(final byte[] out) {
            final boolean v4 = out[0] >>> 4 == 4;
            final int protocol = out[v4 ? 9 : 6];
            final int at = (v4 ? 20 : 40) + (protocol == 1 || protocol == 58 ? 4 : 0);
            return at + 1 < out.length ? (out[at] & 0xFF) << 8 | out[at + 1] & 0xFF : 0;
        }

        private int lowOfRule() {
            return rules.stream()
                    .map(rule -> range(rule).ports())
                    .flatMap(Optional::stream)
                    .mapToInt(PortRange::low)
                    .findFirst()
                    .orElse(0);
        }

        private static String state(final Packet packet) {
            return switch (packet.ctInfo) {
                case CtInfo.NONE -> "INVALID";
                case CtInfo.UNTRACKED -> "UNTRACKED";
                case CtInfo.NEW -> "NEW";
                case CtInfo.ESTABLISHED -> "ESTABLISHED/orig";
                case CtInfo.ESTABLISHED_REPLY -> "ESTABLISHED/reply";
                case CtInfo.RELATED -> "RELATED/orig";
                case CtInfo.RELATED_REPLY -> "RELATED/reply";
                default -> throw new IllegalStateException("ctinfo " + packet.ctInfo);
            };
        }

        private int rules(final Packet packet, final Hook hook) {
            for (final String[] rule : rules) {
                final int verdict = matches(rule, packet, hook) ? apply(rule, packet) : Verdict.CONTINUE;
                if (verdict != Verdict.CONTINUE) {
                    return verdict;
                }
            }
            return Verdict.ACCEPT;
        }

        private static boolean matches(final String[] rule, final Packet packet, final Hook hook) {
            final boolean source = !rule[1].equals("dnat");
            final boolean here = source
                    ? hook == Hook.POSTROUTING && packet.out().equals("eth0")
                    : hook == Hook.PREROUTING && packet.in().equals("eth0");
            final int port = packet.shortAt(packet.transportOffset() + 2);
            return here && (rule[2].equals("-") || Integer.parseInt(rule[2]) == port);
        }

        private int apply(final String[] rule, final Packet packet) {
            return switch (rule[1]) {
                case "snat" -> host.nat.snat(packet, range(rule));
                case "dnat" -> host.nat.dnat(packet, range(rule));
                case "masquerade" -> host.nat.masquerade(packet, NatRange.UNSPECIFIED, IpAddress.v4(0));
                case "accept" -> Verdict.ACCEPT;
                default -> throw new IllegalArgumentException(rule[1]);
            };
        }

        private static NatRange range(final String[] rule) {
            final String[] parts = rule[3].contains("::") ? new String[] {rule[3]} : rule[3].split(":");
            final String[] ends = parts[0].split("-");
            final IpAddress low = IpAddress.parse(ends[0]);
            final Optional<PortRange> ports =
                    parts.length == 1 ? Optional.empty() : Optional.of(ports(parts[1].split("-")));
            return new NatRange(
                    Optional.of(new AddressRange(low, IpAddress.parse(ends[ends.length - 1]))),
                    ports,
                    OptionalInt.empty(),
                    false,
                    false,
                    rule.length > 4);
        }

        private static PortRange ports(final String[] ends) {
            return new PortRange(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]));
        }

        private void compareTable() {
            if (started) {
                final List<String> expected = table;
                final List<String> actual =
                        host.conntrack.entries().stream().map(Replay::describe).toList();
                assertThat(withoutTimeouts(actual)).isEqualTo(withoutTimeouts(expected));
                compareTimeouts(actual, expected);
            }
            table = new ArrayList<>();
        }

        private static Collection<String> withoutTimeouts(final List<String> lines) {
            final TreeSet<String> kept = new TreeSet<>();
            for (final String line : lines) {
                final List<String> words = new ArrayList<>(List.of(line.split(" ")));
                words.remove(words.size() - 2);
                kept.add(String.join(" ", words));
            }
            return kept;
        }

        private static void compareTimeouts(final List<String> actual, final List<String> expected) {
            for (final String one : actual) {
                final String key = withoutTimeouts(List.of(one)).toString();
                final String other = expected.stream()
                        .filter(line ->
                                withoutTimeouts(List.of(line)).toString().equals(key))
                        .findFirst()
                        .orElseThrow();
                assertThat(timeout(one)).as(one).isBetween(timeout(other) - 1, timeout(other) + 1);
            }
        }

        private static long timeout(final String line) {
            final String[] words = line.split(" ");
            return Long.parseLong(words[words.length - 2]);
        }

        private static String describe(final ConntrackEntry entry) {
            return String.join(
                    " ",
                    "ct",
                    String.valueOf(entry.original().fields().get("proto")),
                    side(entry.original()),
                    side(entry.reply()),
                    entry.state().orElse("-"),
                    String.valueOf(entry.timeout()),
                    String.join(",", entry.status()));
        }

        private static String side(final ConntrackEntry.Side side) {
            final Map<String, Object> f = side.fields();
            final String part = f.containsKey("sport")
                    ? f.get("sport") + "," + f.get("dport")
                    : f.containsKey("id") ? f.get("id") + "," + f.get("type") + "/" + f.get("code") : "-";
            return f.get("src") + " " + f.get("dst") + " " + part;
        }
    }

    static Family family(final byte[] bytes) {
        return bytes[0] >>> 4 == 4 ? Family.IPV4 : Family.IPV6;
    }
}
