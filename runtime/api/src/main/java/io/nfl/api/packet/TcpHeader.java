// SPDX-License-Identifier: Apache-2.0
package io.nfl.api.packet;

/** The TCP header (RFC 9293): offsets in bytes from its begin. Check {@link #fits} before the getters. */
public final class TcpHeader {
    public static final int MIN_LENGTH = 20;
    public static final int MAX_LENGTH = 60;
    public static final int SOURCE_PORT = 0;
    public static final int DESTINATION_PORT = 2;
    public static final int SEQUENCE = 4;
    public static final int ACKNOWLEDGEMENT = 8;
    /** In the upper four bits, in 4-byte units. */
    public static final int DATA_OFFSET = 12;

    public static final int FLAGS = 13;
    public static final int WINDOW = 14;
    public static final int CHECKSUM = 16;

    public static final int OPTION_END = 0;
    public static final int OPTION_NOP = 1;
    public static final int OPTION_MSS = 2;
    public static final int OPTION_MSS_LENGTH = 4;

    private TcpHeader() {}

    /** Whether the fixed part of the header is there. */
    public static boolean fits(final PacketView packet) {
        return packet.fragmentOffset() == 0 && packet.transportBytes() >= MIN_LENGTH;
    }

    public static int sourcePort(final PacketView packet) {
        return packet.shortAt(packet.transportOffset() + SOURCE_PORT);
    }

    public static int destinationPort(final PacketView packet) {
        return packet.shortAt(packet.transportOffset() + DESTINATION_PORT);
    }

    /** 32 bits, unsigned. */
    public static int sequence(final PacketView packet) {
        return packet.intAt(packet.transportOffset() + SEQUENCE);
    }

    /** 32 bits, unsigned. */
    public static int acknowledgement(final PacketView packet) {
        return packet.intAt(packet.transportOffset() + ACKNOWLEDGEMENT);
    }

    /** {@code doff} in bytes, as the packet claims; may be less than {@link #MIN_LENGTH} or more than there is. */
    public static int length(final PacketView packet) {
        return packet.byteAt(packet.transportOffset() + DATA_OFFSET) >>> 4 << 2;
    }

    /** Bits of {@link io.nfl.api.net.TcpFlags}. */
    public static int flags(final PacketView packet) {
        return packet.byteAt(packet.transportOffset() + FLAGS);
    }
}
