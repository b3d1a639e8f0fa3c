// SPDX-License-Identifier: Apache-2.0
package io.nfl.io.capture;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes IP packets of one device as pcapng: little endian, raw IP, nanoseconds. NOT thread safe. */
public final class PcapNgWriter implements Closeable {
    private static final int RAW_IP = LinkLayer.RAW.number();
    private static final int NANOSECONDS = 9;

    private final OutputStream out;
    private ByteBuffer block = ByteBuffer.allocate(1 << 12).order(ByteOrder.LITTLE_ENDIAN);

    private PcapNgWriter(final OutputStream out) {
        this.out = out;
    }

    /** Takes over the stream and closes it with the writer. @param device written as {@code if_name} */
    public static PcapNgWriter of(final OutputStream stream, final String device) throws IOException {
        final PcapNgWriter writer = new PcapNgWriter(new BufferedOutputStream(stream, 1 << 16));
        writer.section();
        writer.description(device);
        return writer;
    }

    private void section() throws IOException {
        begin(PcapNgSource.SECTION_HEADER, 28);
        block.putInt(0x1A2B3C4D).putShort((short) 1).putShort((short) 0).putLong(-1);
        end(28);
    }

    private void description(final String device) throws IOException {
        final byte[] name = device.getBytes(StandardCharsets.UTF_8);
        final int length = 20 + 4 + padded(name.length) + 8 + 4;
        begin(1, length);
        block.putShort((short) RAW_IP).putShort((short) 0).putInt(0);
        block.putShort((short) 2).putShort((short) name.length).put(name);
        pad(name.length);
        block.putShort((short) 9).putShort((short) 1).put((byte) NANOSECONDS);
        pad(1);
        block.putInt(0);
        end(length);
    }

    /** Writes one packet. @param timestampNanos since 1970-01-01T00:00:00Z */
    public void write(final long timestampNanos, final byte[] bytes, final int offset, final int length)
            throws IOException {
        final int total = 32 + padded(length);
        begin(6, total);
        block.putInt(0).putInt((int) (timestampNanos >>> 32)).putInt((int) timestampNanos);
        block.putInt(length).putInt(length).put(bytes, offset, length);
        pad(length);
        end(total);
    }

    private void begin(final int type, final int length) {
        if (block.capacity() < length) {
            block = ByteBuffer.allocate(2 * length).order(ByteOrder.LITTLE_ENDIAN);
        }
        block.clear();
        block.putInt(type).putInt(length);
    }

    private void end(final int length) throws IOException {
        block.putInt(length);
        out.write(block.array(), 0, block.position());
    }

    private void pad(final int length) {
        for (int i = length; i % 4 != 0; i++) {
            block.put((byte) 0);
        }
    }

    private static int padded(final int length) {
        return length + 3 & ~3;
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
