// SPDX-License-Identifier: Apache-2.0
package io.nfl.compiler.trace;

import io.nfl.api.net.ConntrackState;
import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.api.net.IpProtocol;
import io.nfl.api.packet.ConnectionView;
import io.nfl.api.packet.PacketView;
import io.nfl.ir.ConntrackMatch;
import io.nfl.ir.Invertible;
import io.nfl.ir.Match;
import io.nfl.ir.RuleOrigin.HeaderPart;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;

/** What a packet has where a match wanted something else, in a few words. */
final class PacketFact implements Match.Visitor<String> {
    private final PacketView packet;

    PacketFact(final PacketView packet) {
        this.packet = packet;
    }

    String of(final HeaderPart part) {
        return switch (part) {
            case SOURCE -> "from " + source();
            case DESTINATION -> "to " + destination();
            case IN -> packet.in().isEmpty() ? "no device in" : "in " + packet.in();
            case OUT -> packet.out().isEmpty() ? "no device out" : "out " + packet.out();
            case PROTOCOL -> protocol();
            case FRAGMENT -> packet.fragmentOffset() == 0 ? "no later fragment" : "a later fragment";
        };
    }

    private IpAddress source() {
        return packet.family() == Family.IPV4
                ? IpAddress.v4(packet.ipv4Source())
                : IpAddress.v6(packet.ipv6SourceHigh(), packet.ipv6SourceLow());
    }

    private IpAddress destination() {
        return packet.family() == Family.IPV4
                ? IpAddress.v4(packet.ipv4Destination())
                : IpAddress.v6(packet.ipv6DestinationHigh(), packet.ipv6DestinationLow());
    }

    private String protocol() {
        final int number = packet.transportProtocol();
        return number == PacketView.NO_PROTOCOL
                ? "no protocol that can be found"
                : IpProtocol.of(number).map(IpProtocol::label).orElse("protocol " + number);
    }

    private String ports() {
        if (packet.fragmentOffset() != 0
                || packet.transportBytes() < 4
                || !Tuple.hasPorts(packet.transportProtocol())) {
            return "no ports";
        }
        final int at = packet.transportOffset();
        return "sport " + packet.shortAt(at) + ", dport " + packet.shortAt(at + 2);
    }

    private String address() {
        return "from " + source() + " to " + destination();
    }

    private static String mark(final int mark) {
        return PacketText.mark(mark);
    }

    @Override
    public String tcp(final Match.Tcp match) {
        if (match.flags().isEmpty() || packet.transportBytes() < 14) {
            return ports();
        }
        return ports() + ", flags 0x" + Integer.toHexString(packet.byteAt(packet.transportOffset() + 13));
    }

    @Override
    public String ports(final Match.Ports match) {
        return ports();
    }

    @Override
    public String multiport(final Match.Multiport match) {
        return ports();
    }

    @Override
    public String icmp(final Match.Icmp match) {
        if (packet.fragmentOffset() != 0 || packet.transportBytes() < 2) {
            return "no ICMP header";
        }
        final int at = packet.transportOffset();
        return "type " + packet.byteAt(at) + "/" + packet.byteAt(at + 1);
    }

    @Override
    public String ipRange(final Match.IpRange match) {
        return address();
    }

    @Override
    public String addrType(final Match.AddrType match) {
        return address();
    }

    @Override
    public String conntrack(final ConntrackMatch match) {
        final int bit = packet.conntrackStateBit();
        final String state = Arrays.stream(ConntrackState.values())
                .filter(each -> each.bit() == bit)
                .findFirst()
                .map(each -> each.name().toLowerCase(Locale.ROOT))
                .orElse("no state");
        final ConnectionView connection = packet.connection();
        return connection == null
                ? state
                : state
                        + (packet.direction() == 0 ? "/orig" : "/reply")
                        + translated(match, connection)
                        + original(match, connection);
    }

    /** Whether it is translated, where the match asks for it. */
    private static String translated(final ConntrackMatch match, final ConnectionView connection) {
        final Set<ConntrackState> asked = match.states().map(Invertible::value).orElse(Set.of());
        final StringBuilder text = new StringBuilder();
        if (asked.contains(ConntrackState.SNAT)) {
            text.append((connection.status() & ConnectionView.STATUS_SRC_NAT) == 0 ? ", not snat" : ", snat");
        }
        if (asked.contains(ConntrackState.DNAT)) {
            text.append((connection.status() & ConnectionView.STATUS_DST_NAT) == 0 ? ", not dnat" : ", dnat");
        }
        return text.toString();
    }

    /** Where it was sent to first, where the match asks for it. */
    private String original(final ConntrackMatch match, final ConnectionView connection) {
        if (!match.addresses().containsKey(ConntrackMatch.TuplePart.ORIGINAL_DESTINATION)
                && !match.ports().containsKey(ConntrackMatch.TuplePart.ORIGINAL_DESTINATION)) {
            return "";
        }
        final IpAddress address = new IpAddress(
                packet.family(), connection.originalDestinationHigh(), connection.originalDestinationLow());
        return ", original to "
                + PacketText.endpoint(
                        address, Tuple.hasPorts(connection.protocol()) ? connection.originalDestinationPort() : -1);
    }

    @Override
    public String mark(final Match.Mark match) {
        return "mark " + mark(packet.mark());
    }

    @Override
    public String connmark(final Match.Connmark match) {
        final ConnectionView connection = packet.connection();
        return connection == null ? "no connection" : "connmark " + mark(connection.mark());
    }

    @Override
    public String stateful(final Match.Stateful match) {
        return "its count, list or chance said no";
    }

    @Override
    public String length(final Match.Length match) {
        return "length " + packet.length();
    }

    @Override
    public String hopLimit(final Match.HopLimit match) {
        return "ttl " + packet.ttl();
    }

    @Override
    public String dscp(final Match.Dscp match) {
        return "dscp " + (packet.trafficClass() >>> 2);
    }

    @Override
    public String tos(final Match.Tos match) {
        return "tos 0x" + Integer.toHexString(packet.trafficClass());
    }

    @Override
    public String owner(final Match.Owner match) {
        if (!packet.hasSocket()) {
            return "no socket";
        }
        return packet.hasSocketFile()
                ? "uid " + packet.socketUid() + ", gid " + packet.socketGid()
                : "a socket of the kernel, without owner";
    }

    @Override
    public String mac(final Match.Mac match) {
        return "mac %012x".formatted(packet.macSource());
    }

    @Override
    public String packetType(final Match.PacketType match) {
        return "packet type " + packet.packetType();
    }

    @Override
    public String tcpMss(final Match.TcpMss match) {
        return "another MSS, or none";
    }

    @Override
    public String reversePath(final Match.ReversePath match) {
        return "another reverse path: " + of(HeaderPart.SOURCE) + ", " + of(HeaderPart.IN);
    }
}
