// SPDX-License-Identifier: Apache-2.0
package io.nfl.bytecode;

import io.nfl.api.net.ConntrackState;
import io.nfl.api.net.Family;
import io.nfl.api.net.Hook;
import io.nfl.api.net.IpAddress;
import io.nfl.api.packet.PacketView;
import java.util.List;
import java.util.random.RandomGenerator;

/** Packets of all protocols that rules know; some cut short, some fragments, some with headers that lead nowhere. */
final class RandomPackets {
    private final RandomField fields;
    private final RandomGenerator random;

    RandomPackets(RandomField fields) {
        this.fields = fields;
        this.random = fields.random;
    }

    TestPacket next(Hook hook) {
        final boolean ipv4 = fields.family == Family.IPV4;
        int protocol = fields.protocol();
        final int header = ipv4 ? fields.chance(10) ? 24 : 20 : fields.chance(10) ? 48 : 40;
        final int transport = fields.chance(6) ? random.nextInt(21) : 20 + random.nextInt(60);
        final byte[] bytes = new byte[header + transport];
        random.nextBytes(bytes);
        final int fragment = fields.chance(6) ? 1 + random.nextInt(3) : 0;
        ip(bytes, protocol, header, fragment);
        if (!ipv4 && fields.chance(3)) {
            protocol = PacketView.NO_PROTOCOL;
        }
        if (transport >= 4 && protocol != 1 && protocol != 58) {
            put16(bytes, header, fields.port());
            put16(bytes, header + 2, fields.port());
        } else if (transport >= 2) {
            bytes[header] = (byte) (int) fields.pick(List.of(8, 0, 3, 128, 255));
            bytes[header + 1] = (byte) random.nextInt(5);
        }
        if (transport >= 20 && protocol == 6) {
            tcp(bytes, header, transport);
        }
        final TestPacket packet = new TestPacket(fields.family, bytes, protocol, header, fragment);
        packet.devices(
                hook == Hook.OUTPUT ? "" : fields.pick(RandomField.DEVICES),
                hook == Hook.PREROUTING || hook == Hook.INPUT ? "" : fields.pick(RandomField.DEVICES));
        beside(packet);
        return packet;
    }

    private void ip(byte[] bytes, int protocol, int header, int fragment) {
        final IpAddress source = fields.address();
        final IpAddress destination = fields.address();
        if (fields.family == Family.IPV4) {
            bytes[0] = (byte) (0x40 | header / 4);
            put16(bytes, 2, bytes.length);
            put16(bytes, 6, fragment);
            bytes[8] = (byte) (60 + random.nextInt(8));
            bytes[9] = (byte) protocol;
            System.arraycopy(source.bytes(), 0, bytes, 12, 4);
            System.arraycopy(destination.bytes(), 0, bytes, 16, 4);
        } else {
            bytes[0] = (byte) (0x60 | bytes[0] & 0xF);
            put16(bytes, 4, bytes.length - 40);
            bytes[6] = (byte) protocol;
            bytes[7] = (byte) (60 + random.nextInt(8));
            System.arraycopy(source.bytes(), 0, bytes, 8, 16);
            System.arraycopy(destination.bytes(), 0, bytes, 24, 16);
        }
    }

    private void tcp(byte[] bytes, int at, int transport) {
        final int words = fields.chance(5) ? random.nextInt(16) : 5 + random.nextInt(3);
        bytes[at + 12] = (byte) (words << 4);
        bytes[at + 13] = (byte) (int) fields.pick(List.of(2, 16, 18, 17, 4, 20, 255, 0));
        if (transport >= 28 && fields.chance(60)) {
            bytes[at + 20] = 2;
            bytes[at + 21] = (byte) (fields.chance(90) ? 4 : random.nextInt(6));
            put16(bytes, at + 22, fields.pick(List.of(536, 1200, 1460)));
            bytes[at + 24] = (byte) random.nextInt(5);
        }
    }

    private void beside(TestPacket packet) {
        packet.mark(random.nextInt(4));
        packet.traced(fields.chance(10));
        packet.stateBit = fields.pick(List.of(
                ConntrackState.INVALID.bit(),
                ConntrackState.UNTRACKED.bit(),
                ConntrackState.NEW.bit(),
                ConntrackState.ESTABLISHED.bit(),
                ConntrackState.RELATED.bit()));
        if (packet.stateBit != ConntrackState.INVALID.bit() && packet.stateBit != ConntrackState.UNTRACKED.bit()) {
            packet.connection = TestConnection.random(random, fields);
            packet.reply = fields.chance(40);
        }
        packet.socket = fields.chance(40);
        packet.socketFile = packet.socket && fields.chance(70);
        packet.uid = random.nextInt(3) - 1;
        packet.gid = random.nextInt(3);
        packet.type = random.nextInt(3);
        packet.mac = fields.chance(30) ? -1 : random.nextInt(2);
        packet.reversePath = fields.chance(50);
    }

    private static void put16(byte[] bytes, int at, int value) {
        bytes[at] = (byte) (value >>> 8);
        bytes[at + 1] = (byte) value;
    }
}
