// SPDX-License-Identifier: Apache-2.0
package io.nfl.bytecode;

import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.bytecode.WirePacket.Tuple;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Two hosts that speak through a third, mostly by the book: segments are lost, repeated, out of the window, and
 * strangers put in theirs. Each side answers to the addresses that it has seen.
 */
final class RandomConversation {
    /** A packet that comes in. */
    record Arrival(String device, byte[] bytes) {}

    /** Segments by direction ({@code >} from the client) and flags. */
    private static final List<String> TCP_STORIES = List.of(
            ">S <SA >A >AP <A <AP >A >AF <A <AF >A",
            ">S <SA >A <AF >A >AF <A >S",
            ">S <SA >A >AF <AF >A <A >S <SA >A",
            ">S <S >SA <SA >A <A",
            ">S <AR >S <SA >R",
            ">S >S <SA <SA >A >AP >AP <AR",
            ">A <A >AP <AF >AF <A",
            ">S <SA >A >AF <A >S <A >R >S <SA",
            ">SA <R >F >0 <0 >SF");

    private static final int QUOTED = 48;

    private final RandomField fields;
    private final String device;
    private final Tuple tuple;
    private final int protocol;
    private final Deque<String> story = new ArrayDeque<>();
    private final long[] next = new long[2];
    private Optional<Arrival> lastSent = Optional.empty();
    private Optional<Tuple> serverSees = Optional.empty();
    private String serverDevice = "";

    RandomConversation(RandomField fields, String device, Tuple tuple) {
        this.fields = fields;
        this.device = device;
        this.tuple = tuple;
        final int kind = fields.random.nextInt(10);
        this.protocol = kind < 7 ? WirePacket.TCP : kind < 9 ? WirePacket.UDP : WirePacket.icmp(family());
        next[0] = fields.random.nextInt();
        next[1] = fields.random.nextInt();
        final String lines = protocol == WirePacket.TCP ? fields.pick(TCP_STORIES) : "> < > > < <E >E";
        for (final String segment : lines.split(" ")) {
            if (!fields.chance(5)) {
                story.add(segment);
            }
            if (fields.chance(8)) {
                story.add(segment);
            }
            if (fields.chance(6)) {
                story.add((fields.chance(50) ? ">" : "<") + fields.pick(List.of("S", "SA", "A", "AF", "R", "AR", "E")));
            }
        }
    }

    private Family family() {
        return tuple.source().family();
    }

    /** The next packet; empty when all is said. What nobody could send is passed over. */
    Optional<Arrival> next() {
        while (!story.isEmpty()) {
            final String segment = story.remove();
            final boolean client = segment.charAt(0) == '>';
            final String flags = segment.substring(1);
            if (flags.equals("E")) {
                final Optional<Arrival> error = lastSent.map(this::error);
                if (error.isPresent()) {
                    return error;
                }
            } else if (client) {
                return Optional.of(new Arrival(device, packet(tuple, 0, flags)));
            } else if (serverSees.isPresent()) {
                return Optional.of(
                        new Arrival(serverDevice, packet(serverSees.get().inverted(), 1, flags)));
            }
        }
        return Optional.empty();
    }

    /** A packet has left by a device. */
    void seen(String out, byte[] bytes) {
        lastSent = Optional.of(new Arrival(out, bytes));
        if (WirePacket.protocol(bytes) == protocol && !out.equals(device)) {
            serverDevice = out;
            serverSees = Optional.of(WirePacket.tuple(bytes));
        }
    }

    private byte[] packet(Tuple from, int side, String flags) {
        if (protocol == WirePacket.UDP) {
            return WirePacket.udp(from, fields.random.nextInt(30));
        }
        if (protocol != WirePacket.TCP) {
            final int request = family() == Family.IPV4 ? 8 : 128;
            final int reply = family() == Family.IPV4 ? 0 : 129;
            return WirePacket.icmp(from, side == 0 ? request : reply, 0, tuple.sourcePort() << 16 | 1, new byte[16]);
        }
        int bits = 0;
        for (int i = 0; i < flags.length(); i++) {
            bits |= Math.max(0, 1 << "FSRPA".indexOf(flags.charAt(i)));
        }
        bits &= 0x1F;
        final int payload = flags.contains("P") ? 1 + fields.random.nextInt(100) : 0;
        final long sequence = fields.chance(3) ? fields.random.nextInt() : next[side];
        final byte[] segment = WirePacket.tcp(from, sequence, flags.contains("A") ? next[1 - side] : 0, bits, payload);
        next[side] += payload + (bits & 1) + (bits >> 1 & 1);
        return segment;
    }

    /** The receiver, or a router on the way, complains about the packet that left last. */
    private Arrival error(Arrival left) {
        final Tuple of = WirePacket.tuple(left.bytes());
        final IpAddress from = fields.chance(50) ? of.destination() : fields.address();
        final byte[] quoted = Arrays.copyOf(left.bytes(), Math.min(left.bytes().length, QUOTED));
        final int type = family() == Family.IPV4 ? 3 : 1;
        return new Arrival(left.device(), WirePacket.icmp(new Tuple(from, 0, of.source(), 0), type, 1, 0, quoted));
    }
}
