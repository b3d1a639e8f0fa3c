// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.packet;

import java.util.zip.CRC32C;

/** The CRC32c of SCTP (RFC 9260, section 6.8), in the byte order of {@code sctp_compute_cksum}. NOT thread safe. */
public final class SctpChecksum {
    private static final int FIELD = 8;
    private static final int FIELD_LENGTH = 4;

    private SctpChecksum() {}

    /** Computed with the field taken as 0; to be written as it is, most significant byte first. */
    public static int compute(final byte[] bytes, final int from, final int length) {
        final CRC32C crc = new CRC32C();
        crc.update(bytes, from, FIELD);
        for (int i = 0; i < FIELD_LENGTH; i++) {
            crc.update(0);
        }
        crc.update(bytes, from + FIELD + FIELD_LENGTH, length - FIELD - FIELD_LENGTH);
        return Integer.reverseBytes((int) crc.getValue());
    }

    /** Whether the transport part of the packet, at least 12 bytes, carries another checksum than it should. */
    public static boolean isBad(final Packet packet) {
        final int from = packet.transportOffset();
        return packet.intAt(from + FIELD) != compute(packet.bytes(), from, packet.transportBytes());
    }
}
