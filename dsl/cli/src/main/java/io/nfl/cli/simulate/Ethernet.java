// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli.simulate;

import java.util.Locale;

/**
 * An Ethernet device of a scenario: a TAP device whose neighbours are not asked for (NOARP). What its frames tell, and
 * what the host writes in front of its packets.
 *
 * @param address the low 48 bits
 */
record Ethernet(long address) {
    static final int HEADER = 14;

    /** {@code PACKET_OTHERHOST}. */
    static final int OTHER_HOST = 3;

    private static final int BROADCAST = 1;
    private static final int MULTICAST = 2;
    private static final int ADDRESS_BYTES = 6;
    private static final long ALL = 0xFFFF_FFFF_FFFFL;
    private static final int TYPE = 12;
    private static final int IPV4 = 0x0800;
    private static final int IPV6 = 0x86DD;
    private static final long IPV4_GROUPS = 0x0100_5E00_0000L;
    private static final long IPV6_GROUPS = 0x3333_0000_0000L;

    static Ethernet of(final String text) {
        if (!text.toLowerCase(Locale.ROOT).matches("([0-9a-f]{2}:){5}[0-9a-f]{2}")) {
            throw new ScenarioException("`" + text + "` is no Ethernet address");
        }
        return new Ethernet(Long.parseLong(text.replace(":", ""), 16));
    }

    private static long addressAt(final byte[] frame, final int at) {
        long address = 0;
        for (int i = 0; i < ADDRESS_BYTES; i++) {
            address = address << 8 | frame[at + i] & 0xFF;
        }
        return address;
    }

    static long source(final byte[] frame) {
        return addressAt(frame, ADDRESS_BYTES);
    }

    /** {@code eth_type_trans}: 0 to this host, 1 broadcast, 2 multicast, 3 to another. */
    int packetType(final byte[] frame) {
        final long destination = addressAt(frame, 0);
        if (destination == ALL) {
            return BROADCAST;
        }
        return (frame[0] & 1) != 0 ? MULTICAST : destination == address ? 0 : OTHER_HOST;
    }

    /** Whether type and version are of one protocol; a frame without a packet has none. */
    static boolean carriesIp(final byte[] frame) {
        final int type = (frame[TYPE] & 0xFF) << 8 | frame[TYPE + 1] & 0xFF;
        final int version = frame.length == HEADER ? 0 : frame[HEADER] >>> 4 & 0xF;
        return type == IPV4 && version == 4 || type == IPV6 && version == 6;
    }

    /** The packet in a frame: to its group's address, or to the device's own, which NOARP takes for all others. */
    byte[] frame(final byte[] packet) {
        final boolean ipv6 = packet[0] >>> 4 == 6;
        final int at = ipv6 ? 36 : 16;
        final long low = (packet[at] & 0xFFL) << 24
                | (packet[at + 1] & 0xFFL) << 16
                | (packet[at + 2] & 0xFFL) << 8
                | packet[at + 3] & 0xFFL;
        final boolean group = ipv6 ? packet[24] == (byte) 0xFF : (packet[at] & 0xF0) == 0xE0;
        final long to = !group ? address : ipv6 ? IPV6_GROUPS | low : IPV4_GROUPS | low & 0x7F_FFFF;
        final byte[] frame = new byte[HEADER + packet.length];
        for (int i = 0; i < ADDRESS_BYTES; i++) {
            frame[i] = (byte) (to >>> 8 * (ADDRESS_BYTES - 1 - i));
            frame[ADDRESS_BYTES + i] = (byte) (address >>> 8 * (ADDRESS_BYTES - 1 - i));
        }
        final int type = ipv6 ? IPV6 : IPV4;
        frame[TYPE] = (byte) (type >>> 8);
        frame[TYPE + 1] = (byte) type;
        System.arraycopy(packet, 0, frame, HEADER, packet.length);
        return frame;
    }
}
