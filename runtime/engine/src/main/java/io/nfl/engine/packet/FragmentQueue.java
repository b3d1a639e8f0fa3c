// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.packet;

import java.util.ArrayList;
import java.util.List;

/**
 * The fragments of one packet (net/ipv4/inet_fragment.c). A fragment inside what is there is a duplicate; one that
 * overlaps ends the whole packet.
 */
final class FragmentQueue {
    /** What came of a fragment. */
    enum Outcome {
        WAITS,
        COMPLETE,
        DUPLICATE,
        /** The fragment is thrown away, the others stay. */
        REFUSED,
        /** All are thrown away. */
        RUINED
    }

    /** Payload of one fragment: {@code bytes} from {@code offset} of the whole packet's payload. */
    record Piece(int offset, byte[] bytes) {
        int end() {
            return offset + bytes.length;
        }
    }

    private final List<Piece> pieces = new ArrayList<>();
    private byte[] header = new byte[0];
    private int mark;
    private int priority;
    private int packetType;
    private long macSource = -1;
    private int length;
    private int filled;
    private boolean lastSeen;
    private int ecn;
    private int maxSize;
    private int maxDontFragmentSize;
    final long expires;

    FragmentQueue(final long expires) {
        this.expires = expires;
    }

    /**
     * Takes in a fragment.
     *
     * @param from the fragment; what travels beside the first one will travel beside the whole
     * @param at where its payload begins
     * @param size of the whole fragment with its headers
     * @param ecnBit 1 shifted by the ECN field
     */
    Outcome add(
            final Packet from,
            final int at,
            final int offset,
            final int end,
            final boolean more,
            final int size,
            final boolean dontFragment,
            final int ecnBit) {
        if (!more) {
            if (end < length || lastSeen && end != length) {
                return Outcome.RUINED;
            }
            lastSeen = true;
            length = end;
        } else if (end > length) {
            if (lastSeen) {
                return Outcome.RUINED;
            }
            length = end;
        }
        if (end == offset) {
            return Outcome.RUINED;
        }
        final Outcome outcome = insert(from.bytes(), at, offset, end);
        if (outcome != Outcome.WAITS) {
            return outcome;
        }
        if (offset == 0) {
            header = java.util.Arrays.copyOf(from.bytes(), at);
            mark = from.mark();
            priority = from.priority;
            packetType = from.packetType;
            macSource = from.macSource;
        }
        ecn |= ecnBit;
        filled += end - offset;
        maxSize = Math.max(maxSize, size);
        if (dontFragment) {
            maxDontFragmentSize = Math.max(maxDontFragmentSize, size);
        }
        return header.length > 0 && lastSeen && filled == length ? Outcome.COMPLETE : Outcome.WAITS;
    }

    private Outcome insert(final byte[] from, final int at, final int offset, final int end) {
        int index = 0;
        while (index < pieces.size() && pieces.get(index).end() <= offset) {
            index++;
        }
        if (index < pieces.size() && pieces.get(index).offset() < end) {
            return contained(index, offset, end) ? Outcome.DUPLICATE : Outcome.RUINED;
        }
        final byte[] payload = java.util.Arrays.copyOfRange(from, at, at + end - offset);
        pieces.add(index, new Piece(offset, payload));
        return Outcome.WAITS;
    }

    /** Whether an unbroken run of pieces covers the fragment. */
    private boolean contained(final int first, final int offset, final int end) {
        if (pieces.get(first).offset() > offset) {
            return false;
        }
        int reached = pieces.get(first).end();
        for (int i = first + 1; i < pieces.size() && pieces.get(i).offset() == reached; i++) {
            reached = pieces.get(i).end();
        }
        return end <= reached;
    }

    /** Headers of the fragment at offset 0. */
    byte[] header() {
        return header;
    }

    /** Payload bytes of the whole packet. */
    int payloadLength() {
        return length;
    }

    /** The union of the fragments' ECN bits. */
    int ecn() {
        return ecn;
    }

    int maxSize() {
        return maxSize;
    }

    /** Whether the largest fragment had DF set. */
    boolean largestDontFragment() {
        return maxDontFragmentSize == maxSize;
    }

    /** {@code inet_frag_reasm_prepare}: the fragment that came last becomes the first ({@code skb_morph}). */
    void morph(final Packet packet) {
        packet.mark(mark);
        packet.priority = priority;
        packet.packetType = packetType;
        packet.macSource = macSource;
    }

    /** Writes the payload into {@code packet} from {@code at} on, and the sizes of its pieces. */
    void writeTo(final Packet packet, final int at) {
        if (packet.fragmentSizes.length < pieces.size()) {
            packet.fragmentSizes = new int[pieces.size()];
        }
        packet.fragmentCount = pieces.size();
        int i = 0;
        for (final Piece piece : pieces) {
            System.arraycopy(piece.bytes(), 0, packet.bytes(), at + piece.offset(), piece.bytes().length);
            packet.fragmentSizes[i++] = piece.bytes().length;
        }
    }

    private static final int NOT_ECT = 1;
    private static final int CE = 1 << 3;
    /** {@code ip_frag_ecn_table}: the ECN field of the whole packet, or -1 for a mixture that is dropped. */
    int mergedEcn() {
        if ((ecn & NOT_ECT) != 0 && ecn != NOT_ECT) {
            return -1;
        }
        return (ecn & CE) != 0 && ecn != CE ? 3 : 0;
    }
}
