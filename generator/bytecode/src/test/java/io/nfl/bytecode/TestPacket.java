// SPDX-License-Identifier: Apache-2.0
package io.nfl.bytecode;

import io.nfl.api.net.AddressType;
import io.nfl.api.net.ConntrackState;
import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.api.packet.ConnectionView;
import io.nfl.api.packet.PacketView;
import io.nfl.api.packet.RoutingView;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A packet with all that rules can see of it set by hand: rule lists are tested without the engine behind them. */
final class TestPacket extends PacketView implements RoutingView {
    int stateBit = ConntrackState.NEW.bit();
    boolean reply;

    @Nullable
    ConnectionView connection;

    boolean socket;
    boolean socketFile;
    int uid;
    int gid;
    int type;
    long mac = -1;
    boolean reversePath;

    TestPacket(Family family, byte[] content, int protocol, int transportOffset, int fragmentOffset) {
        this.family = family;
        this.bytes = content;
        this.length = content.length;
        this.transportProtocol = protocol;
        this.transportOffset = transportOffset;
        this.fragmentOffset = fragmentOffset;
    }

    TestPacket devices(String inDevice, String outDevice) {
        in = inDevice;
        out = outDevice;
        return this;
    }

    void mark(int value) {
        mark = value;
    }

    void traced(boolean value) {
        traced = value;
    }

    void hopLimit(int value) {
        bytes[family == Family.IPV4 ? 8 : 7] = (byte) value;
    }

    void trafficClass(int value) {
        if (family == Family.IPV4) {
            bytes[1] = (byte) value;
        } else {
            bytes[0] = (byte) (bytes[0] & 0xF0 | value >>> 4);
            bytes[1] = (byte) (bytes[1] & 0x0F | value << 4);
        }
    }

    TestPacket copy() {
        final TestPacket copy =
                new TestPacket(family, bytes.clone(), transportProtocol, transportOffset, fragmentOffset);
        copy.devices(in, out);
        copy.mark = mark;
        copy.traced = traced;
        copy.stateBit = stateBit;
        copy.reply = reply;
        copy.connection = connection;
        copy.socket = socket;
        copy.socketFile = socketFile;
        copy.uid = uid;
        copy.gid = gid;
        copy.type = type;
        copy.mac = mac;
        copy.reversePath = reversePath;
        return copy;
    }

    /** All that rules could have changed. */
    String outcome() {
        return "mark " + mark + " bytes " + Arrays.hashCode(bytes);
    }

    @Override
    public int conntrackStateBit() {
        return stateBit;
    }

    @Override
    public int direction() {
        return connection == null ? NO_DIRECTION : reply ? 1 : 0;
    }

    @Override
    public @Nullable ConnectionView connection() {
        return connection;
    }

    @Override
    public boolean hasSocket() {
        return socket;
    }

    @Override
    public boolean hasSocketFile() {
        return socketFile;
    }

    @Override
    public int socketUid() {
        return uid;
    }

    @Override
    public int socketGid() {
        return gid;
    }

    @Override
    public int priority() {
        return 0;
    }

    @Override
    public int packetType() {
        return type;
    }

    @Override
    public long macSource() {
        return mac;
    }

    @Override
    public RoutingView routing() {
        return this;
    }

    /** Any function of the arguments will do. */
    @Override
    public int addressTypes(long high, long low, String device) {
        final int bits = (int) Long.remainderUnsigned(high * 31 + low + device.length(), 1 << 10);
        return family == Family.IPV4
                ? Integer.highestOneBit(bits | 1)
                : bits & (AddressType.LOCAL.bit() | AddressType.ANYCAST.bit() | AddressType.UNREACHABLE.bit());
    }

    @Override
    public boolean reversePathHolds(PacketView packet, boolean loose, boolean validMark, boolean acceptLocal) {
        return reversePath ^ loose ^ (validMark && acceptLocal);
    }

    @Override
    public String toString() {
        final int at = family == Family.IPV4 ? 12 : 8;
        final int size = family.bits() / 8;
        return family + " " + in + "->" + out + " " + IpAddress.of(Arrays.copyOfRange(bytes, at, at + size)) + " "
                + IpAddress.of(Arrays.copyOfRange(bytes, at + size, at + 2 * size)) + " protocol " + transportProtocol
                + " at " + transportOffset + " fragment " + fragmentOffset + " state " + stateBit + " mark " + mark
                + " connection " + (connection != null) + " "
                + java.util.HexFormat.of().formatHex(bytes, 0, Math.min(length, 80));
    }
}
