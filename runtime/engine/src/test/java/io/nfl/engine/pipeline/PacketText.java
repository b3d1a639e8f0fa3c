// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.pipeline;

import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.api.net.IpProtocol;
import io.nfl.api.packet.Ipv4Header;
import io.nfl.api.packet.Ipv6Header;
import io.nfl.api.packet.TcpHeader;
import io.nfl.engine.CaseWords;
import io.nfl.engine.packet.Checksum;
import io.nfl.engine.packet.HeaderWriter;
import io.nfl.engine.packet.Packet;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Packets in words, there and back: {@code udp 192.168.1.10:5000 > 198.51.100.5:53 ttl 63 data 5}. */
final class PacketText {
    private static final String FLAGS = "FSRPAUEC";
    private static final int HOPS = 64;
    private static final int WINDOW = 64_240;
    private static final Map<String, IpProtocol> PROTOCOLS = Map.of(
            "udp", IpProtocol.UDP,
            "tcp", IpProtocol.TCP,
            "icmp", IpProtocol.ICMP,
            "icmp6", IpProtocol.IPV6_ICMP);

    private PacketText() {}

    /**
     * {@code PROTOCOL A[:p] > B[:q]} and then {@code flags F}, {@code type T/C}, {@code ttl N}, {@code tos N},
     * {@code data N} (bytes), {@code df}, {@code sum bad}, {@code head bad}; {@code cut N} makes fragments with N
     * bytes of payload.
     */
    static List<byte[]> read(final Packet scratch, final String text) {
        final CaseWords words = new CaseWords(text);
        final int cut = words.number("cut", 0);
        final boolean bad = words.option("sum", "").equals("bad");
        final boolean badHead = words.option("head", "").equals("bad");
        final String protocol = words.next();
        final End from = End.of(words.next());
        words.flag(">");
        final End to = End.of(words.next());
        final byte[] body = body(protocol, from, to, words);
        header(scratch, number(protocol), from, to, words, body.length);
        System.arraycopy(body, 0, scratch.bytes(), scratch.transportOffset(), body.length);
        sum(scratch, protocol, bad);
        words.end();
        if (badHead) {
            scratch.putShort(Ipv4Header.CHECKSUM, scratch.shortAt(Ipv4Header.CHECKSUM) ^ 0x1234);
        }
        final byte[] whole = Arrays.copyOf(scratch.bytes(), scratch.length());
        return cut == 0 ? List.of(whole) : cut(whole, cut);
    }

    private static byte[] body(final String protocol, final End from, final End to, final CaseWords words) {
        final int data = words.number("data", 0);
        return switch (protocol) {
            case "udp" ->
                ByteBuffer.allocate(8 + data)
                        .putShort((short) from.port())
                        .putShort((short) to.port())
                        .putShort((short) (8 + data))
                        .array();
            case "tcp" ->
                ByteBuffer.allocate(TcpHeader.MIN_LENGTH + data)
                        .putShort((short) from.port())
                        .putShort((short) to.port())
                        .putInt(words.number("seq", 1000))
                        .putInt(words.number("ack", 0))
                        .put((byte) 0x50)
                        .put((byte) flags(words.option("flags", "S")))
                        .putShort((short) WINDOW)
                        .array();
            default -> {
                final String[] type = words.option("type", protocol.equals("icmp") ? "8/0" : "128/0")
                        .split("/");
                yield ByteBuffer.allocate(8 + data)
                        .put((byte) Integer.parseInt(type[0]))
                        .put((byte) Integer.parseInt(type[1]))
                        .putShort((short) 0)
                        .putShort((short) words.number("id", 7))
                        .array();
            }
        };
    }

    private static void header(
            final Packet into,
            final int protocol,
            final End from,
            final End to,
            final CaseWords words,
            final int length) {
        final int hops = words.number("ttl", HOPS);
        final int tos = words.number("tos", 0);
        final boolean whole = words.flag("df");
        if (from.address().family() == Family.IPV4) {
            HeaderWriter.ipv4(
                    into,
                    Ipv4Header.MIN_LENGTH + length,
                    tos,
                    1,
                    whole ? Ipv4Header.DONT_FRAGMENT : 0,
                    hops,
                    protocol,
                    from.address().bits32(),
                    to.address().bits32());
        } else {
            HeaderWriter.ipv6(
                    into,
                    Ipv6Header.LENGTH + length,
                    tos,
                    hops,
                    protocol,
                    from.address().high(),
                    from.address().low(),
                    to.address().high(),
                    to.address().low());
        }
    }

    private static void sum(final Packet packet, final String protocol, final boolean bad) {
        final int at = sumField(number(protocol));
        Checksum.transport(packet, number(protocol), at);
        if (bad) {
            final int field = packet.transportOffset() + at;
            packet.putShort(field, packet.shortAt(field) ^ 0x1234);
        }
    }

    private static int sumField(final int protocol) {
        return protocol == IpProtocol.UDP.number() ? 6 : protocol == IpProtocol.TCP.number() ? TcpHeader.CHECKSUM : 2;
    }

    /** Cuts an IPv4 packet. */
    private static List<byte[]> cut(final byte[] whole, final int size) {
        final List<byte[]> parts = new ArrayList<>();
        final int body = whole.length - Ipv4Header.MIN_LENGTH;
        for (int from = 0; from < body; from += size) {
            final int length = Math.min(size, body - from);
            final byte[] part = Arrays.copyOf(whole, Ipv4Header.MIN_LENGTH + length);
            System.arraycopy(whole, Ipv4Header.MIN_LENGTH + from, part, Ipv4Header.MIN_LENGTH, length);
            ByteBuffer.wrap(part)
                    .putShort(Ipv4Header.TOTAL_LENGTH, (short) part.length)
                    .putShort(Ipv4Header.FRAGMENT, (short) (from / 8 | (from + length < body ? 0x2000 : 0)))
                    .putShort(Ipv4Header.CHECKSUM, (short) 0);
            final int sum = Checksum.fold(Checksum.sum(part, 0, Ipv4Header.MIN_LENGTH));
            ByteBuffer.wrap(part).putShort(Ipv4Header.CHECKSUM, (short) sum);
            parts.add(part);
        }
        return parts;
    }

    private record End(IpAddress address, int port) {
        static End of(final String text) {
            final boolean bracketed = text.startsWith("[");
            final int colon = bracketed ? text.indexOf("]:") + 1 : text.indexOf(':');
            final boolean ported = colon > 0 && (bracketed || text.indexOf(':', colon + 1) < 0);
            final String address = ported ? text.substring(0, colon) : text;
            return new End(
                    IpAddress.parse(address.replace("[", "").replace("]", "")),
                    ported ? Integer.parseInt(text.substring(colon + 1)) : 0);
        }

        static String text(final IpAddress address, final int port) {
            return port < 0
                    ? address.toString()
                    : (address.family() == Family.IPV4 ? address : "[" + address + "]") + ":" + port;
        }
    }

    private static int number(final String protocol) {
        return Objects.requireNonNull(PROTOCOLS.get(protocol), protocol).number();
    }

    private static int flags(final String letters) {
        return letters.chars().map(letter -> 1 << FLAGS.indexOf(letter)).sum();
    }

    /** What a rule can see of it. */
    static String tell(final Packet packet) {
        final boolean v4 = packet.family() == Family.IPV4;
        final IpAddress from =
                v4 ? IpAddress.v4(packet.ipv4Source()) : IpAddress.v6(packet.ipv6SourceHigh(), packet.ipv6SourceLow());
        final IpAddress to = v4
                ? IpAddress.v4(packet.ipv4Destination())
                : IpAddress.v6(packet.ipv6DestinationHigh(), packet.ipv6DestinationLow());
        final int protocol = packet.transportProtocol();
        final boolean ports = packet.fragmentOffset() == 0
                && (protocol == IpProtocol.UDP.number() || protocol == IpProtocol.TCP.number());
        final int at = packet.transportOffset();
        final StringBuilder text = new StringBuilder(name(protocol))
                .append(' ')
                .append(End.text(from, ports ? packet.shortAt(at) : -1))
                .append(" > ")
                .append(End.text(to, ports ? packet.shortAt(at + 2) : -1));
        if (ports && protocol == IpProtocol.TCP.number()) {
            text.append(" flags ").append(letters(packet.byteAt(at + TcpHeader.FLAGS)));
        } else if (!ports && packet.fragmentOffset() == 0 && packet.transportBytes() >= 2) {
            text.append(" type ").append(packet.byteAt(at)).append('/').append(packet.byteAt(at + 1));
        }
        text.append(" ttl ").append(packet.ttl());
        if (packet.trafficClass() != 0) {
            text.append(" tos ").append(packet.trafficClass());
        }
        text.append(" len ").append(packet.length());
        return text.append(fragment(packet, v4))
                .append(sumText(packet, protocol))
                .toString();
    }

    private static String fragment(final Packet packet, final boolean v4) {
        final boolean more = v4 && (packet.shortAt(Ipv4Header.FRAGMENT) & 0x2000) != 0;
        return packet.fragmentOffset() == 0 && !more ? "" : " frag " + packet.fragmentOffset() + (more ? "+" : "");
    }

    private static String sumText(final Packet packet, final int protocol) {
        final boolean whole = fragment(packet, packet.family() == Family.IPV4).isEmpty();
        if (packet.checksumPartial) {
            return " sum left";
        }
        final boolean known = PROTOCOLS.values().stream().anyMatch(p -> p.number() == protocol);
        return whole && known && Checksum.verify(packet, protocol, packet.transportBytes()) != 0 ? " sum bad" : "";
    }

    private static String name(final int protocol) {
        return PROTOCOLS.entrySet().stream()
                .filter(entry -> entry.getValue().number() == protocol)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse("proto " + protocol);
    }

    private static String letters(final int flags) {
        final StringBuilder text = new StringBuilder();
        for (int i = 0; i < FLAGS.length(); i++) {
            if ((flags >>> i & 1) != 0) {
                text.append(FLAGS.charAt(i));
            }
        }
        return text.toString();
    }
}
