// SPDX-License-Identifier: Apache-2.0
package io.nfl.api.packet;

/** The UDP header (RFC 768): offsets in bytes from its begin. Check {@link #fits} before the getters. */
public final class UdpHeader {
    public static final int LENGTH = 8;
    public static final int SOURCE_PORT = 0;
    public static final int DESTINATION_PORT = 2;
    /** Header and data, in bytes. */
    public static final int DATAGRAM_LENGTH = 4;
    /** 0: not computed (IPv4 only). */
    public static final int CHECKSUM = 6;

    private UdpHeader() {}

    public static boolean fits(final PacketView packet) {
        return packet.fragmentOffset() == 0 && packet.transportBytes() >= LENGTH;
    }

    public static int sourcePort(final PacketView packet) {
        return packet.shortAt(packet.transportOffset() + SOURCE_PORT);
    }

    public static int destinationPort(final PacketView packet) {
        return packet.shortAt(packet.transportOffset() + DESTINATION_PORT);
    }

    public static int datagramLength(final PacketView packet) {
        return packet.shortAt(packet.transportOffset() + DATAGRAM_LENGTH);
    }

    public static int checksum(final PacketView packet) {
        return packet.shortAt(packet.transportOffset() + CHECKSUM);
    }
}
