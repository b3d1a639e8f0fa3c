// SPDX-License-Identifier: Apache-2.0
package io.nfl.io.capture;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** Bytes with a count of them, read in the byte order that the capture has. */
final class ByteSource implements Closeable {
    private final InputStream stream;
    private final byte[] word = new byte[4];
    private long offset;
    private boolean littleEndian;

    ByteSource(final InputStream stream) {
        this.stream = stream;
    }

    long offset() {
        return offset;
    }

    void littleEndian(final boolean value) {
        littleEndian = value;
    }

    boolean isLittleEndian() {
        return littleEndian;
    }

    /** The first four bytes in network order. */
    int firstInt() throws IOException {
        final int count = stream.readNBytes(word, 0, 4);
        if (count == 0) {
            throw new CaptureException(0, "the capture is empty");
        }
        if (count < 4) {
            throw new CaptureException(count, "the capture ends within its first four bytes");
        }
        offset = 4;
        return bigEndian();
    }

    /** Whether at least one more byte is there; if so, {@link #readInt} begins with it. */
    boolean atEnd() throws IOException {
        stream.mark(1);
        final boolean end = stream.read() < 0;
        if (!end) {
            stream.reset();
        }
        return end;
    }

    int readInt() throws IOException {
        readFully(word, 0, 4);
        final int value = bigEndian();
        return littleEndian ? Integer.reverseBytes(value) : value;
    }

    int readShort() throws IOException {
        readFully(word, 0, 2);
        final int value = (word[0] & 0xFF) << 8 | word[1] & 0xFF;
        return littleEndian ? Short.toUnsignedInt(Short.reverseBytes((short) value)) : value;
    }

    int readBigEndianInt() throws IOException {
        readFully(word, 0, 4);
        return bigEndian();
    }

    void readFully(final byte[] into, final int at, final int count) throws IOException {
        final int got = stream.readNBytes(into, at, count);
        offset += got;
        if (got < count) {
            throw new CaptureException(offset, "the capture ends where " + (count - got) + " more bytes belong");
        }
    }

    void skip(final long count) throws IOException {
        try {
            stream.skipNBytes(count);
        } catch (final EOFException e) {
            throw new CaptureException(offset, "the capture ends within a block of " + count + " more bytes");
        }
        offset += count;
    }

    private int bigEndian() {
        return (word[0] & 0xFF) << 24 | (word[1] & 0xFF) << 16 | (word[2] & 0xFF) << 8 | word[3] & 0xFF;
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
