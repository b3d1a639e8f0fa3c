// SPDX-License-Identifier: Apache-2.0
package io.nfl.io.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CaptureTest {
    private static final byte[] UDP =
            HexFormat.of().parseHex("4500001d0001400040114ee4c0a8010ac63364050001003500099bba78");

    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true", "false, false"})
    void bothByteOrdersAndBothPrecisionsOfPcapGiveTheSameFrame(final boolean little, final boolean nanos)
            throws IOException {
        final byte[] capture = pcap(little, nanos, LinkLayer.RAW.number(), 1_700_000_000L, 5_000, UDP);
        try (CaptureReader reader = CaptureReader.of(new ByteArrayInputStream(capture))) {
            final CapturedFrame frame = reader.next();
            assertThat(frame).isNotNull();
            assertThat(frame.timestampNanos()).isEqualTo(1_700_000_000_000_000_000L + (nanos ? 5_000 : 5_000_000));
            assertThat(Arrays.copyOf(frame.bytes(), frame.length())).isEqualTo(UDP);
            assertThat(LinkLayer.RAW.ipOffset(frame)).isZero();
            assertThat(reader.next()).isNull();
        }
    }

    @Test
    void whatTheWriterWritesTheReaderReads() throws IOException {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (PcapNgWriter writer = PcapNgWriter.of(out, "eth1.20")) {
            writer.write(1_700_000_000_123_456_789L, UDP, 0, UDP.length);
            writer.write(1_700_000_000_123_456_790L, UDP, 0, 28);
        }
        try (CaptureReader reader = CaptureReader.of(new ByteArrayInputStream(out.toByteArray()))) {
            final CapturedFrame first = reader.next();
            assertThat(first).isNotNull();
            assertThat(first.device()).isEqualTo("eth1.20");
            assertThat(first.timestampNanos()).isEqualTo(1_700_000_000_123_456_789L);
            assertThat(first.length()).isEqualTo(29);
            final CapturedFrame second = reader.next();
            assertThat(second).isNotNull();
            assertThat(second.timestampNanos()).isEqualTo(1_700_000_000_123_456_790L);
            assertThat(second.length()).isEqualTo(28);
            assertThat(reader.next()).isNull();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1,   ffffffffffff0200000000010800, 14",
        "1,   ffffffffffff0200000000010806, -1",
        "1,   ffffffffffff0200000000018100, -1",
        "113, 00000001000602000000000100000800, 16",
        "113, 00040001000602000000000100000800, -2",
        "113, 00030001000602000000000100000800, -3",
        "276, 0800000000000002000100060200000000010000, 20",
        "276, 0800000000000002000104060200000000010000, -2",
        "101, '', 0",
        "0,   02000000, 4",
    })
    void theLinkHeaderIsStripped(final int linkType, final String header, final int offset) throws IOException {
        final byte[] link = HexFormat.of().parseHex(header);
        final byte[] bytes = Arrays.copyOf(link, link.length + UDP.length);
        System.arraycopy(UDP, 0, bytes, link.length, UDP.length);
        final byte[] capture = pcap(true, false, linkType, 1, 1, bytes);
        try (CaptureReader reader = CaptureReader.of(new ByteArrayInputStream(capture))) {
            final CapturedFrame frame = reader.next();
            assertThat(frame).isNotNull();
            assertThat(LinkLayer.of(linkType).orElseThrow().ipOffset(frame)).isEqualTo(offset);
        }
    }

    @Test
    void anOutgoingFrameOfPcapngIsPassedOver() throws IOException {
        final ByteBuffer capture = ByteBuffer.allocate(256).order(ByteOrder.BIG_ENDIAN);
        capture.putInt(0x0A0D0D0A)
                .putInt(28)
                .putInt(0x1A2B3C4D)
                .putInt(0x00010000)
                .putLong(-1)
                .putInt(28);
        capture.putInt(1)
                .putInt(20)
                .putShort((short) 101)
                .putShort((short) 0)
                .putInt(0)
                .putInt(20);
        capture.putInt(6)
                .putInt(32 + 32 + 12)
                .putInt(0)
                .putInt(0)
                .putInt(7)
                .putInt(29)
                .putInt(29);
        capture.put(UDP).put(new byte[3]);
        capture.putShort((short) 2).putShort((short) 4).putInt(2).putInt(0).putInt(32 + 32 + 12);
        try (CaptureReader reader =
                CaptureReader.of(new ByteArrayInputStream(capture.array(), 0, capture.position()))) {
            final CapturedFrame frame = reader.next();
            assertThat(frame).isNotNull();
            assertThat(frame.timestampNanos()).isEqualTo(7_000);
            assertThat(LinkLayer.RAW.ipOffset(frame)).isEqualTo(LinkLayer.Skip.OUTGOING);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0a0d", "a1b2c3d4", "cafebabe", "0a0d0d0affffffff4d3c2b1a", "a1b2c3d40007"})
    void whatIsNoCaptureEndsInAMessageWithItsOffset(final String hex) {
        final byte[] bytes = HexFormat.of().parseHex(hex);
        assertThatThrownBy(
                        () -> CaptureReader.of(new ByteArrayInputStream(bytes)).next())
                .isInstanceOf(CaptureException.class)
                .hasMessageStartingWith("at byte ");
    }

    @Test
    void noDamageToACaptureEscapesAsAnythingButACaptureException() throws IOException {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (PcapNgWriter writer = PcapNgWriter.of(out, "eth0")) {
            for (int i = 0; i < 4; i++) {
                writer.write(i, UDP, 0, UDP.length);
            }
        }
        final List<byte[]> sound = new ArrayList<>(List.of(out.toByteArray()));
        sound.add(pcap(true, false, 101, 1, 1, UDP));
        for (int seed = 0; seed < 20_000; seed++) {
            final Random random = new Random(seed);
            final byte[] damaged = sound.get(seed & 1).clone();
            for (int i = 0; i <= random.nextInt(4); i++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            final byte[] cut = Arrays.copyOf(damaged, random.nextInt(damaged.length + 1));
            try (CaptureReader reader = CaptureReader.of(new ByteArrayInputStream(cut))) {
                int frames = 0;
                while (reader.next() != null) {
                    frames++;
                }
                assertThat(frames).as("seed %d", seed).isLessThanOrEqualTo(cut.length);
            } catch (final CaptureException e) {
                assertThat(e).as("seed %d", seed).hasMessageStartingWith("at byte ");
            }
        }
    }

    private static byte[] pcap(
            final boolean little,
            final boolean nanos,
            final int linkType,
            final long seconds,
            final int fraction,
            final byte[] frame) {
        final ByteBuffer capture =
                ByteBuffer.allocate(40 + frame.length).order(little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        capture.putInt(nanos ? 0xA1B23C4D : 0xA1B2C3D4).putShort((short) 2).putShort((short) 4);
        capture.putInt(0).putInt(0).putInt(65_535).putInt(linkType);
        capture.putInt((int) seconds)
                .putInt(fraction)
                .putInt(frame.length)
                .putInt(frame.length)
                .put(frame);
        return capture.array();
    }
}
