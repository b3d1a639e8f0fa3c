// SPDX-License-Identifier: Apache-2.0
package io.nfl.compiler.trace;

import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.api.net.IpProtocol;
import io.nfl.api.net.TcpFlags;
import io.nfl.ir.IcmpNames;
import java.util.ArrayList;
import java.util.List;

/** Packets in the words of tests: {@code tcp syn from 198.51.100.7:40000 to 203.0.113.2:8080}. */
public final class PacketText {
    private static final int IPV4_TTL = 8;
    private static final int IPV6_HOP_LIMIT = 7;
    private static final int TCP_FLAGS = 13;

    private PacketText() {}

    /** @param packet from the IP header on */
    public static String of(final byte[] packet) {
        if (packet.length < Tuple.IPV4_HEADER) {
            return packet.length + " bytes";
        }
        final Tuple tuple = Tuple.of(packet);
        if (Tuple.fragmentOffset(packet) != 0) {
            return name(tuple) + fragment(packet) + " from " + tuple.source() + " to " + tuple.destination();
        }
        return transport(packet, tuple.protocol()) + fragment(packet) + " from " + source(tuple) + " to "
                + destination(tuple);
    }

    private static String name(final Tuple tuple) {
        return tuple.protocol() == IpProtocol.TCP.number() || tuple.protocol() == IpProtocol.UDP.number()
                ? IpProtocol.of(tuple.protocol()).orElseThrow().label()
                : "proto "
                        + IpProtocol.of(tuple.protocol()).map(IpProtocol::label).orElse("" + tuple.protocol());
    }

    /** {@code  fragment 0-727}: its bytes behind the IP header, counted in the whole packet; empty for that. */
    private static String fragment(final byte[] packet) {
        if (!Tuple.isFragment(packet)) {
            return "";
        }
        final int first = Tuple.fragmentOffset(packet);
        return " fragment " + first + "-" + (first + packet.length - Tuple.fragmentable(packet) - 1);
    }

    public static String source(final Tuple tuple) {
        return endpoint(tuple.source(), Tuple.hasPorts(tuple.protocol()) ? tuple.sourcePort() : -1);
    }

    public static String destination(final Tuple tuple) {
        return endpoint(tuple.destination(), Tuple.hasPorts(tuple.protocol()) ? tuple.destinationPort() : -1);
    }

    /** @param port -1: none */
    public static String endpoint(final IpAddress address, final int port) {
        if (port < 0) {
            return address.toString();
        }
        return address.family() == Family.IPV4 ? address + ":" + port : "[" + address + "]:" + port;
    }

    private static String transport(final byte[] packet, final int protocol) {
        final int at = Tuple.transportOffset(packet);
        if (protocol == IpProtocol.TCP.number() && packet.length > at + TCP_FLAGS) {
            return "tcp " + flags(packet[at + TCP_FLAGS] & 0xFF);
        }
        if (Tuple.isIcmp(protocol) && packet.length > at + 1) {
            final Family family = packet[0] >>> 4 == 4 ? Family.IPV4 : Family.IPV6;
            return (family == Family.IPV4 ? "icmp " : "icmpv6 ")
                    + IcmpNames.nameOf(family, packet[at] & 0xFF, packet[at + 1] & 0xFF);
        }
        if (protocol == IpProtocol.UDP.number()) {
            return "udp";
        }
        return "proto " + IpProtocol.of(protocol).map(IpProtocol::label).orElse(Integer.toString(protocol));
    }

    private static String flags(final int bits) {
        final List<String> names = new ArrayList<>();
        add(names, bits, TcpFlags.SYN, "syn");
        add(names, bits, TcpFlags.FIN, "fin");
        add(names, bits, TcpFlags.RST, "rst");
        add(names, bits, TcpFlags.PSH, "psh");
        add(names, bits, TcpFlags.ACK, "ack");
        add(names, bits, TcpFlags.URG, "urg");
        return names.isEmpty() ? "none" : String.join("-", names);
    }

    private static void add(final List<String> names, final int bits, final int bit, final String name) {
        if ((bits & bit) != 0) {
            names.add(name);
        }
    }

    public static int ttl(final byte[] packet) {
        return packet[packet[0] >>> 4 == 4 ? IPV4_TTL : IPV6_HOP_LIMIT] & 0xFF;
    }

    public static int dscp(final byte[] packet) {
        final int trafficClass =
                packet[0] >>> 4 == 4 ? packet[1] & 0xFF : (packet[0] & 0xF) << 4 | (packet[1] & 0xF0) >> 4;
        return trafficClass >> 2;
    }

    /** Hexadecimal, as marks are written. */
    public static String mark(final int mark) {
        return "0x" + Integer.toHexString(mark);
    }
}
