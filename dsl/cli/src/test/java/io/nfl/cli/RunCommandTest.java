// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.nfl.io.capture.CaptureReader;
import io.nfl.io.capture.CapturedFrame;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunCommandTest {
    private static final String POLICY = """
            policy edge
            interface wan = eth0 { address 203.0.113.2/24 }
            interface lan = eth1 { address 192.168.1.1/24 }
            families ipv4
            forwarding on
            filter forward policy drop {
              accept udp dport 53 limit 1/second burst 1
              drop udp dport 53 as "too many"
            }
            """;

    private static final int ETHERNET = 1;
    private static final int RAW = 101;
    private static final int COOKED = 113;
    private static final int COOKED_2 = 276;
    private static final String MACS = "0200000000020200000000010800";
    /** 203.0.113.9:4660 to 192.168.1.5:53, UDP without a checksum; 203.0.113.9 to 192.168.1.5, port 54. */
    private static final String QUESTION = "4500001d0000000040117d19cb007109c0a801051234003500090000" + "61";

    private static final String OTHER = "4500001d0000000040117d19cb007109c0a801051234003600090000" + "61";
    private static final String ARP = "ffffffffffff0200000000010806000108000604000102000000000100000000000000000000";

    @TempDir
    Path folder = Path.of("");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void writePolicy() throws IOException {
        Files.writeString(folder.resolve("policy.nfl"), POLICY);
    }

    private record Frame(long nanos, String hex) {}

    /** A pcap. @param cut bytes that are left out at the end of each frame */
    private Path pcap(String name, boolean little, boolean nanos, int linkType, int cut, Frame... frames)
            throws IOException {
        final ByteBuffer buffer =
                ByteBuffer.allocate(1 << 16).order(little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        buffer.putInt(nanos ? 0xA1B23C4D : 0xA1B2C3D4).putShort((short) 2).putShort((short) 4);
        buffer.putInt(0).putInt(0).putInt(65_535).putInt(linkType);
        for (final Frame frame : frames) {
            final byte[] bytes = HexFormat.of().parseHex(frame.hex());
            final int fraction = (int) (frame.nanos() % 1_000_000_000L);
            buffer.putInt((int) (frame.nanos() / 1_000_000_000L)).putInt(nanos ? fraction : fraction / 1000);
            buffer.putInt(bytes.length - cut).putInt(bytes.length).put(bytes, 0, bytes.length - cut);
        }
        return Files.write(folder.resolve(name), Arrays.copyOf(buffer.array(), buffer.position()));
    }

    private int run(Object... arguments) {
        final String[] all = Stream.concat(
                        Stream.of("run", folder.resolve("policy.nfl").toString()),
                        Arrays.stream(arguments).map(Object::toString))
                .toArray(String[]::new);
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(all);
    }

    private List<String> left(String name) throws IOException {
        final List<String> packets = new ArrayList<>();
        try (CaptureReader reader = CaptureReader.open(folder.resolve("out").resolve(name))) {
            for (CapturedFrame frame = reader.next(); frame != null; frame = reader.next()) {
                packets.add(frame.timestampNanos() + " "
                        + HexFormat.of().formatHex(Arrays.copyOf(frame.bytes(), frame.length())));
            }
        }
        return packets;
    }

    /** What leaves of {@link #QUESTION}: the time to live is one less. */
    private static String forwarded(long nanos) {
        return nanos + " " + QUESTION.replace("40117d19", "3f117e19");
    }

    @Test
    void packetsOfSeveralCapturesGoInTheOrderOfTheirTimeStampsWhichDriveTheClock() throws IOException {
        final Path first = pcap(
                "first.pcap",
                true,
                true,
                ETHERNET,
                0,
                new Frame(5_000_000_001L, MACS + QUESTION),
                new Frame(5_400_000_000L, MACS + OTHER),
                new Frame(8_000_000_007L, MACS + QUESTION));
        final Path second = pcap(
                "second.pcap",
                false,
                false,
                RAW,
                0,
                new Frame(5_300_000_000L, QUESTION),
                new Frame(9_500_000_000L, QUESTION));

        final int status =
                run("--in=wan=" + first, "--in=eth0=" + second, "-o", folder.resolve("out"), "--format=json");

        assertThat(status).as(err.toString()).isZero();
        // one a second: the packet of the second capture that came too early is dropped
        assertThat(left("lan.pcapng"))
                .containsExactly(forwarded(5_000_000_001L), forwarded(8_000_000_007L), forwarded(9_500_000_000L));
        assertThat(left("wan.pcapng")).isEmpty();
        final JsonObject json = JsonParser.parseString(out.toString()).getAsJsonObject();
        assertThat(json.get("packets").getAsInt()).isEqualTo(5);
        assertThat(json.getAsJsonArray("drops").toString())
                .contains("policy.nfl:8 \\\"too many\\\"", "policy of filter FORWARD");
        assertThat(Files.readString(folder.resolve("out/rules.v4.counters")))
                .contains(":FORWARD DROP [1:29]")
                .contains("[3:87] -A FORWARD -p udp -m udp --dport 53 -m limit")
                .contains("[1:29] -A FORWARD -p udp -m udp --dport 53 -j DROP");
        assertThat(folder.resolve("out")).isDirectoryNotContaining("glob:**.new");
    }

    @Test
    void cookedCapturesAndWhatIsNoPacketForTheHostArePassedOver() throws IOException {
        final String incoming = "0000000100060200000000010000" + "0800";
        final String outgoing = "0004000100060200000000010000" + "0800";
        final Path first = pcap(
                "cooked.pcap",
                true,
                false,
                COOKED,
                0,
                new Frame(0, outgoing + QUESTION),
                new Frame(0, incoming + QUESTION));
        final Path second = pcap(
                "cooked2.pcap",
                true,
                false,
                COOKED_2,
                0,
                new Frame(
                        3_000_000_000L,
                        "0800" + "0000" + "00000002" + "0001" + "00" + "06" + "0200000000010000" + QUESTION));
        final Path arp = pcap("arp.pcap", true, false, ETHERNET, 0, new Frame(0, ARP));

        final int status =
                run("--in=wan=" + first, "--in=wan=" + second, "--in=lan=" + arp, "-o", folder.resolve("out"));

        assertThat(status).as(err.toString()).isZero();
        assertThat(left("lan.pcapng")).containsExactly(forwarded(0), forwarded(3_000_000_000L));
        assertThat(out.toString()).contains("sent by the host itself, passed over", "not IP, passed over");
    }

    @Test
    void aPolicyJarGivesWhatItsPolicyGives() throws IOException {
        final Path capture = pcap("a.pcap", true, true, RAW, 0, new Frame(1, QUESTION), new Frame(2, QUESTION));
        Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(
                        "compile",
                        folder.toString(),
                        "-o",
                        folder.resolve("scripts").toString());
        assertThat(run("--in=wan=" + capture, "-o", folder.resolve("out"))).isZero();
        final String policy = Files.readString(folder.resolve("out/rules.v4.counters"));
        final int status = Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(
                        "run",
                        folder.resolve("scripts/policy.jar").toString(),
                        "--in=wan=" + capture,
                        "-o",
                        folder.resolve("jar").toString());
        assertThat(status).as(err.toString()).isZero();
        assertThat(Files.readString(folder.resolve("jar/rules.v4.counters"))).isEqualTo(policy);
        assertThat(Files.readAllBytes(folder.resolve("jar/lan.pcapng")))
                .isEqualTo(Files.readAllBytes(folder.resolve("out/lan.pcapng")));
    }

    @Test
    void aDamagedCaptureEndsWhereTheDamageBeginsAndWhatWasReadIsKept() throws IOException {
        final Path whole = pcap("a.pcap", true, true, RAW, 0, new Frame(1, QUESTION), new Frame(2, QUESTION));
        final byte[] bytes = Files.readAllBytes(whole);
        Files.write(whole, Arrays.copyOf(bytes, bytes.length - 3));

        assertThat(run("--in=wan=" + whole, "-o", folder.resolve("out"))).isEqualTo(1);

        assertThat(err.toString())
                .contains("a.pcap: at byte " + (bytes.length - 3) + ": the capture ends where 3 more bytes belong")
                .contains("the 1 packets before were taken");
        assertThat(left("lan.pcapng")).containsExactly(forwarded(1));
    }

    @Test
    void packetsThatTheCapturerCutAreToldAndNotTaken() throws IOException {
        final Path cut = pcap("cut.pcap", true, true, RAW, 1, new Frame(1, QUESTION));
        assertThat(run("--in=wan=" + cut)).isEqualTo(1);
        assertThat(err.toString()).contains("1 packets were cut off by the capturer");
    }

    @Test
    void whatIsNoCaptureIsRefusedAndNothingIsWritten() throws IOException {
        final Path text = Files.writeString(folder.resolve("text.pcap"), "hello, world");
        assertThat(run("--in=wan=" + text, "-o", folder.resolve("out"))).isEqualTo(1);
        assertThat(err.toString()).contains("at byte 0: neither pcap nor pcapng");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void missingFilesAndUnknownInterfacesAreTold() {
        assertThat(run("--in=wan=" + folder.resolve("none.pcap"))).isEqualTo(66);
        assertThat(run("--in=dmz=" + folder.resolve("none.pcap"))).isEqualTo(2);
        assertThat(run("--in=none.pcap")).isEqualTo(2);
        assertThat(err.toString()).contains("no interface `dmz`; it has wan, lan", "is not NAME=CAPTURE");
    }

    @Test
    void filesThatCannotBeWrittenAreTold() throws IOException {
        final Path capture = pcap("a.pcap", true, true, RAW, 0, new Frame(1, QUESTION));
        final Path file = Files.writeString(folder.resolve("file"), "");
        assertThat(run("--in=wan=" + capture, "-o", file)).isEqualTo(74);
        assertThat(err.toString()).contains("is there already and is no folder");
    }

    @Test
    void whatCannotBeWrittenLeavesNothingHalf() throws IOException {
        final Path capture = pcap("in.pcap", true, true, RAW, 0, new Frame(1, QUESTION));
        assertThat(run("--in=wan=" + capture, "-o", folder.resolve("out"))).isZero();
        final byte[] before = Files.readAllBytes(folder.resolve("out/lan.pcapng"));
        // the counters, which come last, cannot be written
        Files.createDirectories(folder.resolve("out/.rules.v4.counters.new/in the way"));

        assertThat(run("--in=wan=" + capture, "--in=lan=" + capture, "-o", folder.resolve("out")))
                .isEqualTo(74);

        assertThat(err.toString()).contains("not be written");
        assertThat(folder.resolve("out/lan.pcapng")).hasBinaryContent(before);
        assertThat(folder.resolve("out/.lan.pcapng.new")).doesNotExist();
    }

    /** A fragment is no packet that was dropped: it leaves in the one that the last of them makes whole. */
    @Test
    void fragmentsThatWaitAreHeld() throws IOException {
        Files.writeString(
                folder.resolve("policy.nfl"),
                POLICY.replace("filter forward policy drop {", "filter forward policy drop { accept ct established"));
        final Path capture = pcap(
                "in.pcap",
                true,
                true,
                RAW,
                0,
                new Frame(1, "4500001c000720004011" + "5d13" + "cb007109c0a80105" + "1234003500090000"),
                new Frame(2, "45000015000700014011" + "7d19" + "cb007109c0a80105" + "61"));

        assertThat(run("--in=wan=" + capture)).as(err.toString()).isZero();

        assertThat(out.toString()).containsPattern("held +1  fragments").containsPattern("forwarded +1\n");
    }
}
