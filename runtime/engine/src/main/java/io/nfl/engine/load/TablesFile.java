// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.load;

import io.nfl.api.classify.RuleIndex;
import io.nfl.api.classify.TupleTables;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The number arrays of a classifier, big-endian: the magic number, the parameter index of each rule number, then the
 * indexes. An array is its length and its elements. An index is the kinds of its rules, its device names, and twice
 * the arrays of {@link TupleTables} in their order.
 *
 * @param ruleParameters of {@code ClassifierConstants}
 */
public record TablesFile(int[] ruleParameters, List<RuleIndex> indexes) {
    /** {@code NFL} and the format's version. */
    private static final int MAGIC = 0x4E464C01;

    public TablesFile {
        indexes = List.copyOf(indexes);
    }

    public byte[] bytes() {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(MAGIC);
            write(out, ruleParameters);
            out.writeInt(indexes.size());
            for (final RuleIndex index : indexes) {
                write(out, index.kinds());
                out.writeInt(index.devices().size());
                for (final String device : index.devices()) {
                    out.writeUTF(device);
                }
                write(out, index.all());
                write(out, index.addresses());
            }
        } catch (final IOException e) {
            throw new IllegalStateException("an array of bytes takes all bytes", e);
        }
        return bytes.toByteArray();
    }

    private static void write(final DataOutputStream out, final TupleTables tables) throws IOException {
        out.writeInt(tables.words());
        write(out, tables.rules());
        write(out, tables.masks());
        write(out, tables.layout());
        write(out, tables.heads());
        write(out, tables.entries());
        write(out, tables.filter());
        write(out, tables.blocks());
    }

    private static void write(final DataOutputStream out, final int[] values) throws IOException {
        final ByteBuffer buffer = ByteBuffer.allocate(4 * values.length);
        buffer.asIntBuffer().put(values);
        out.writeInt(values.length);
        out.write(buffer.array());
    }

    private static void write(final DataOutputStream out, final long[] values) throws IOException {
        final ByteBuffer buffer = ByteBuffer.allocate(8 * values.length);
        buffer.asLongBuffer().put(values);
        out.writeInt(values.length);
        out.write(buffer.array());
    }

    /** @throws IOException where the stream is no such file, or ends too early */
    public static TablesFile read(final InputStream stream) throws IOException {
        final DataInputStream in = new DataInputStream(stream);
        if (in.readInt() != MAGIC) {
            throw new IOException("no tables of this version");
        }
        final int[] parameters = ints(in);
        final List<RuleIndex> indexes = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            final int[] kinds = ints(in);
            final List<String> devices = new ArrayList<>();
            for (int names = in.readInt(); names > 0; names--) {
                devices.add(in.readUTF());
            }
            indexes.add(new RuleIndex(tables(in), tables(in), kinds, devices));
        }
        return new TablesFile(parameters, indexes);
    }

    private static TupleTables tables(final DataInputStream in) throws IOException {
        return new TupleTables(in.readInt(), longs(in), longs(in), ints(in), ints(in), ints(in), longs(in), longs(in));
    }

    private static ByteBuffer array(final DataInputStream in, final int width) throws IOException {
        final long size = (long) in.readInt() * width;
        if (size < 0 || size > Integer.MAX_VALUE) {
            throw new IOException("an array of " + size + " bytes");
        }
        final byte[] bytes = in.readNBytes((int) size);
        if (bytes.length < size) {
            throw new IOException("the tables end too early");
        }
        return ByteBuffer.wrap(bytes);
    }

    private static int[] ints(final DataInputStream in) throws IOException {
        final ByteBuffer bytes = array(in, 4);
        final int[] values = new int[bytes.capacity() / 4];
        bytes.asIntBuffer().get(values);
        return values;
    }

    private static long[] longs(final DataInputStream in) throws IOException {
        final ByteBuffer bytes = array(in, 8);
        final long[] values = new long[bytes.capacity() / 8];
        bytes.asLongBuffer().get(values);
        return values;
    }
}
