// SPDX-License-Identifier: Apache-2.0
package io.nfl.compiler.testing;

import io.nfl.api.net.Family;
import io.nfl.api.net.IpProtocol;
import io.nfl.api.net.TcpFlags;
import io.nfl.compiler.trace.Tuple;
import io.nfl.ir.test.PacketSpec;
import io.nfl.ir.test.PacketSpec.Transport;
import io.nfl.ir.test.ReplyKind;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Makes the packets of one test. TCP's sequence numbers go on from packet to packet of a connection, under whatever
 * addresses either side knows it. NOT thread safe.
 */
public final class Conversations {
    private static final int DEFAULT_TTL = 64;
    private static final int FIRST_ISN = 1_000;
    private static final int ISN_STEP = 1_000_000;
    private static final int ERROR_QUOTE_BYTES = 576;
    private static final int TCP_HEADER = 20;
    private static final int UDP_HEADER = 8;
    private static final int ICMP_HEADER = 8;

    private final Map<Tuple, Side> sides = new HashMap<>();
    private int nextIpId = 1;
    private int nextIsn = FIRST_ISN;
    private Optional<byte[]> last = Optional.empty();
    private byte[] whole = new byte[0];
    private final Map<PacketSpec, Pieces> inPieces = new HashMap<>();

    /** One direction of a connection. */
    private static final class Side {
        private final Peers peers;
        private final int index;

        Side(final Peers peers, final int index) {
            this.peers = peers;
            this.index = index;
        }

        Side other() {
            return new Side(peers, 1 - index);
        }
    }

    /** What both sides of a connection will send next. */
    private static final class Peers {
        private final int[] initial = new int[2];
        private final int[] next = new int[2];
        private final boolean[] spoken = new boolean[2];
    }

    /** A packet of which not all has been sent. @param id of its IPv6 fragments */
    private record Pieces(byte[] packet, int id, BitSet sent) {
        /** @return whether now all of it has been sent */
        boolean sent(final PacketSpec.Fragment fragment, final int bytes) {
            sent.set(fragment.first(), fragment.last() + 1);
            return sent.cardinality() == bytes;
        }
    }

    /** The bytes of a packet that a test sends, or of the fragment of it. */
    public byte[] send(final PacketSpec spec) {
        if (spec.fragment().isEmpty()) {
            whole = packet(spec);
            return whole;
        }
        final PacketSpec.Fragment fragment = spec.fragment().get();
        final Pieces pieces =
                inPieces.computeIfAbsent(spec.whole(), key -> new Pieces(packet(key), nextIpId++, new BitSet()));
        if (pieces.sent(fragment, spec.bytesBehindIp())) {
            inPieces.remove(spec.whole());
        }
        whole = pieces.packet();
        return PacketBytes.fragment(pieces.packet(), fragment.first(), fragment.last(), pieces.id());
    }

    /** The packet that was sent or answered last, whole though a fragment of it was sent. */
    public byte[] whole() {
        return whole.clone();
    }

    private byte[] packet(final PacketSpec spec) {
        final int source = spec.sourcePort().orElse(0);
        final int destination = spec.destinationPort().orElse(0);
        final byte[] payload = payload(spec);
        final byte[] transport = spec.transport().accept(new Transport.Visitor<byte[]>() {
            @Override
            public byte[] tcp(final Transport.Tcp tcp) {
                final Tuple tuple =
                        new Tuple(spec.source(), source, spec.destination(), destination, IpProtocol.TCP.number());
                return segment(side(tuple), source, destination, tcp.flags(), payload);
            }

            @Override
            public byte[] udp(final Transport.Udp udp) {
                return PacketBytes.udp(source, destination, payload);
            }

            @Override
            public byte[] icmp(final Transport.Icmp icmp) {
                return PacketBytes.icmp(icmp.type(), icmp.code(), icmp.id() << 16, payload);
            }

            @Override
            public byte[] other(final Transport.Other other) {
                return other.protocol() == IpProtocol.SCTP.number()
                        ? PacketBytes.sctpInit(source, destination, FIRST_ISN)
                        : payload;
            }
        });
        return PacketBytes.ip(spec.source(), spec.destination(), protocol(spec), fields(spec.fields()), transport);
    }

    /** The last packet has left or was delivered as these bytes: what {@link #reply} answers. */
    public void arrived(final byte[] seen) {
        last = Optional.of(seen.clone());
        final Side side = sides.get(Tuple.of(whole));
        if (side != null) {
            sides.put(Tuple.of(seen), side);
            sides.put(Tuple.of(seen).inverted(), side.other());
        }
    }

    /** A packet has come to nothing: there is nobody to answer it. */
    public void lost() {
        last = Optional.empty();
    }

    /** The other side's answer; empty where nothing has arrived. */
    public Optional<byte[]> reply(final ReplyKind kind, final PacketSpec.Fields fields) {
        final Optional<byte[]> answer = last.map(seen -> kind.accept(new ReplyKind.Visitor<byte[]>() {
            @Override
            public byte[] plain(final ReplyKind.Plain plain) {
                return plainAnswer(seen, fields);
            }

            @Override
            public byte[] tcp(final ReplyKind.Tcp tcp) {
                return tcpAnswer(seen, tcp.flags(), fields);
            }

            @Override
            public byte[] icmpError(final ReplyKind.IcmpError error) {
                return errorAnswer(seen, error, fields);
            }
        }));
        answer.ifPresent(bytes -> whole = bytes);
        return answer;
    }

    private byte[] plainAnswer(final byte[] seen, final PacketSpec.Fields fields) {
        final Tuple back = Tuple.of(seen).inverted();
        final int at = Tuple.transportOffset(seen);
        if (back.protocol() == IpProtocol.TCP.number()) {
            return tcpAnswer(seen, followingFlags(seen[at + 13]), fields);
        }
        final byte[] transport;
        if (back.protocol() == IpProtocol.UDP.number()) {
            transport = PacketBytes.udp(
                    back.sourcePort(), back.destinationPort(), payload(fields, back.family(), UDP_HEADER, new byte[0]));
        } else if (Tuple.isIcmp(back.protocol()) && seen.length >= at + ICMP_HEADER) {
            final byte[] data = payload(
                    fields, back.family(), ICMP_HEADER, Arrays.copyOfRange(seen, at + ICMP_HEADER, seen.length));
            final int type = answerType(back.family(), seen[at] & 0xFF);
            transport = PacketBytes.icmp(
                    type, seen[at + 1] & 0xFF, ByteBuffer.wrap(seen).getInt(at + 4), data);
        } else {
            transport = payload(fields, back.family(), 0, Arrays.copyOfRange(seen, at, seen.length));
        }
        return PacketBytes.ip(back.source(), back.destination(), back.protocol(), fields(fields), transport);
    }

    private byte[] tcpAnswer(final byte[] seen, final int flags, final PacketSpec.Fields fields) {
        final Tuple back = Tuple.of(seen).inverted();
        final byte[] payload = payload(fields, back.family(), TCP_HEADER, new byte[0]);
        final int at = Tuple.transportOffset(seen);
        final boolean refusal = (flags & TcpFlags.RST) != 0 && (seen[at + 13] & TcpFlags.SYN) != 0;
        final int all = refusal ? flags | TcpFlags.ACK : flags;
        final byte[] segment = segment(side(back), back.sourcePort(), back.destinationPort(), all, payload);
        return PacketBytes.ip(back.source(), back.destination(), back.protocol(), fields(fields), segment);
    }

    private byte[] errorAnswer(final byte[] seen, final ReplyKind.IcmpError error, final PacketSpec.Fields fields) {
        final Tuple back = Tuple.of(seen).inverted();
        final byte[] quote = Arrays.copyOf(seen, Math.min(seen.length, ERROR_QUOTE_BYTES - 48));
        final int protocol = back.family() == Family.IPV4 ? IpProtocol.ICMP.number() : IpProtocol.IPV6_ICMP.number();
        final byte[] message = PacketBytes.icmp(error.type(), error.code(), 0, quote);
        return PacketBytes.ip(back.source(), back.destination(), protocol, fields(fields), message);
    }

    /** A FIN is sent with ACK, as every stack does: alone it would be invalid. */
    private byte[] segment(
            final Side side, final int sourcePort, final int destinationPort, final int asked, final byte[] payload) {
        final int flags = (asked & TcpFlags.FIN) != 0 ? asked | TcpFlags.ACK : asked;
        final Peers peers = side.peers;
        final int me = side.index;
        final boolean syn = (flags & TcpFlags.SYN) != 0;
        if (!peers.spoken[me] || syn && peers.spoken[1 - me] && (flags & TcpFlags.ACK) == 0) {
            peers.initial[me] = nextIsn;
            nextIsn += ISN_STEP;
            peers.next[me] = peers.initial[me];
            peers.spoken[me] = true;
        } else if (syn) {
            peers.next[me] = peers.initial[me];
        }
        final int sequence = peers.next[me];
        peers.next[me] += payload.length + (syn ? 1 : 0) + ((flags & TcpFlags.FIN) != 0 ? 1 : 0);
        final int acknowledgement = (flags & TcpFlags.ACK) != 0 ? peers.next[1 - me] : 0;
        return PacketBytes.tcp(sourcePort, destinationPort, sequence, acknowledgement, flags, payload);
    }

    private Side side(final Tuple tuple) {
        final Side known = sides.get(tuple);
        if (known != null) {
            return known;
        }
        final Side side = new Side(new Peers(), 0);
        sides.put(tuple, side);
        sides.put(tuple.inverted(), side.other());
        return side;
    }

    private static int followingFlags(final int flags) {
        if ((flags & TcpFlags.SYN) != 0) {
            return (flags & TcpFlags.ACK) != 0 ? TcpFlags.ACK : TcpFlags.SYN | TcpFlags.ACK;
        }
        return (flags & TcpFlags.FIN) != 0 ? TcpFlags.FIN | TcpFlags.ACK : TcpFlags.ACK;
    }

    /** Requests and their answers: RFC 792, 950, 4443, 4620. */
    private static int answerType(final Family family, final int type) {
        return switch (family) {
            case IPV4 ->
                switch (type) {
                    case 8 -> 0;
                    case 13 -> 14;
                    case 15 -> 16;
                    case 17 -> 18;
                    default -> type;
                };
            case IPV6 ->
                switch (type) {
                    case 128 -> 129;
                    case 139 -> 140;
                    default -> type;
                };
        };
    }

    private static int protocol(final PacketSpec spec) {
        return spec.transport().accept(new Transport.Visitor<Integer>() {
            @Override
            public Integer tcp(final Transport.Tcp tcp) {
                return IpProtocol.TCP.number();
            }

            @Override
            public Integer udp(final Transport.Udp udp) {
                return IpProtocol.UDP.number();
            }

            @Override
            public Integer icmp(final Transport.Icmp icmp) {
                return switch (spec.source().family()) {
                    case IPV4 -> IpProtocol.ICMP.number();
                    case IPV6 -> IpProtocol.IPV6_ICMP.number();
                };
            }

            @Override
            public Integer other(final Transport.Other other) {
                return other.protocol();
            }
        });
    }

    /** The payload, zeros behind it up to the length that the test asks for. */
    private static byte[] payload(final PacketSpec spec) {
        return payload(spec.fields(), spec.source().family(), spec.transport().headerBytes(), new byte[0]);
    }

    /** @param otherwise where the test gives neither data nor a length */
    private static byte[] payload(
            final PacketSpec.Fields fields, final Family family, final int header, final byte[] otherwise) {
        if (fields.payload().isEmpty() && fields.length().isEmpty()) {
            return otherwise;
        }
        final byte[] given = fields.payload().map(PacketSpec.Payload::bytes).orElse(new byte[0]);
        final int room = fields.length().orElse(0) - PacketSpec.ipHeaderBytes(family) - header;
        return Arrays.copyOf(given, Math.max(given.length, room));
    }

    private PacketBytes.IpFields fields(final PacketSpec.Fields fields) {
        return new PacketBytes.IpFields(
                fields.ttl().orElse(DEFAULT_TTL), fields.dscp().orElse(0) << 2, nextIpId++);
    }
}
