// SPDX-License-Identifier: Apache-2.0
package io.nfl.eval;

import io.nfl.api.classify.RuleState;
import io.nfl.api.net.AddressRange;
import io.nfl.api.net.AddressType;
import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.api.packet.ConnectionView;
import io.nfl.api.packet.PacketView;
import io.nfl.ir.ConntrackMatch;
import io.nfl.ir.Invertible;
import io.nfl.ir.Match;
import java.util.Optional;
import java.util.Set;

/** Tests one packet against one match: MISS, HIT or HOTDROP of {@link RuleState}. Each method is one xt_*.c. */
final class MatchTest implements Match.Visitor<Integer> {
    private final PacketView packet;

    MatchTest(final PacketView packet) {
        this.packet = packet;
    }

    static int result(final boolean hit) {
        return hit ? RuleState.HIT : RuleState.MISS;
    }

    @Override
    public Integer tcp(final Match.Tcp match) {
        return TransportTest.tcp(match, packet);
    }

    @Override
    public Integer ports(final Match.Ports match) {
        return TransportTest.ports(match, packet);
    }

    @Override
    public Integer multiport(final Match.Multiport match) {
        return TransportTest.multiport(match, packet);
    }

    @Override
    public Integer icmp(final Match.Icmp match) {
        return TransportTest.icmp(match, packet);
    }

    @Override
    public Integer tcpMss(final Match.TcpMss match) {
        return TransportTest.mss(match, packet);
    }

    @Override
    public Integer conntrack(final ConntrackMatch match) {
        return result(ConntrackTest.holds(match, packet));
    }

    @Override
    public Integer stateful(final Match.Stateful match) {
        throw new IllegalStateException("the walk itself asks states");
    }

    @Override
    public Integer ipRange(final Match.IpRange match) {
        return result(inRange(match.source(), HeaderTest.source(packet))
                && inRange(match.destination(), HeaderTest.destination(packet)));
    }

    private static boolean inRange(final Optional<Invertible<AddressRange>> test, final IpAddress address) {
        return test.isEmpty()
                || test.get().value().contains(address) ^ test.get().inverted();
    }

    @Override
    public Integer addrType(final Match.AddrType match) {
        final String device = match.limitIn() ? packet.in() : match.limitOut() ? packet.out() : "";
        return result(hasType(match.source(), HeaderTest.source(packet), device)
                && hasType(match.destination(), HeaderTest.destination(packet), device));
    }

    private boolean hasType(
            final Optional<Invertible<Set<AddressType>>> test, final IpAddress address, final String device) {
        if (test.isEmpty()) {
            return true;
        }
        final int routed = packet.routing().addressTypes(address.high(), address.low(), device);
        final Set<AddressType> types = test.get().value();
        return (packet.family() == Family.IPV4 ? isAny(types, routed) : hasIpv6Type(types, address, routed))
                ^ test.get().inverted();
    }

    /** {@code match_type6}: multicast, unicast and unspecified are told from the bits, and all must hold. */
    private static boolean hasIpv6Type(final Set<AddressType> types, final IpAddress address, final int routed) {
        final boolean multicast = address.high() >>> 56 == 0xFF;
        final boolean unspecified = address.high() == 0 && address.low() == 0;
        if (types.contains(AddressType.MULTICAST) && !multicast
                || types.contains(AddressType.UNICAST) && (multicast || unspecified)
                || types.contains(AddressType.UNSPEC) && !unspecified) {
            return false;
        }
        final boolean asksRoutes = types.contains(AddressType.LOCAL)
                || types.contains(AddressType.ANYCAST)
                || types.contains(AddressType.UNREACHABLE);
        return !asksRoutes || isAny(types, routed);
    }

    private static boolean isAny(final Set<AddressType> types, final int bits) {
        return types.stream().anyMatch(type -> (bits & type.bit()) != 0);
    }

    @Override
    public Integer mark(final Match.Mark match) {
        return result((packet.mark() & match.mask()) == match.value() ^ match.inverted());
    }

    @Override
    public Integer connmark(final Match.Connmark match) {
        final ConnectionView connection = packet.connection();
        return result(connection != null && (connection.mark() & match.mask()) == match.value() ^ match.inverted());
    }

    /** The header's own length; IPv6 adds its 40 bytes in 16 bits, so a jumbogram wraps. */
    @Override
    public Integer length(final Match.Length match) {
        final int length = packet.family() == Family.IPV4 ? packet.shortAt(2) : packet.shortAt(4) + 40 & 0xFFFF;
        return result((match.low() <= length && length <= match.high()) ^ match.inverted());
    }

    @Override
    public Integer hopLimit(final Match.HopLimit match) {
        final int value = packet.ttl();
        return result(
                switch (match.comparison()) {
                    case EQUAL -> value == match.value();
                    case NOT_EQUAL -> value != match.value();
                    case BELOW -> value < match.value();
                    case ABOVE -> value > match.value();
                });
    }

    @Override
    public Integer dscp(final Match.Dscp match) {
        return result(packet.trafficClass() >>> 2 == match.value() ^ match.inverted());
    }

    @Override
    public Integer tos(final Match.Tos match) {
        return result((packet.trafficClass() & match.mask()) == match.value() ^ match.inverted());
    }

    /** Without a socket it holds only where every option given is inverted; without a file, where those of ids are. */
    @Override
    public Integer owner(final Match.Owner match) {
        if (!packet.hasSocket()) {
            return result(match.user().map(Invertible::inverted).orElse(true)
                    && match.group().map(Invertible::inverted).orElse(true)
                    && match.socketExists().map(Invertible::inverted).orElse(true));
        }
        if (match.socketExists().map(Invertible::inverted).orElse(false)) {
            return result(false);
        }
        if (!packet.hasSocketFile()) {
            return result(match.user().map(Invertible::inverted).orElse(true)
                    && match.group().map(Invertible::inverted).orElse(true));
        }
        return result(idIn(match.user(), packet.socketUid()) && idIn(match.group(), packet.socketGid()));
    }

    private static boolean idIn(final Optional<Invertible<Match.IdRange>> test, final int id) {
        final long unsigned = Integer.toUnsignedLong(id);
        return test.isEmpty()
                || (test.get().value().low() <= unsigned
                                && unsigned <= test.get().value().high())
                        ^ test.get().inverted();
    }

    @Override
    public Integer mac(final Match.Mac match) {
        return result(packet.macSource() != -1 && packet.macSource() == match.address() ^ match.inverted());
    }

    @Override
    public Integer packetType(final Match.PacketType match) {
        return result(packet.packetType() == match.type() ^ match.inverted());
    }

    @Override
    public Integer reversePath(final Match.ReversePath match) {
        return result(packet.routing().reversePathHolds(packet, match.loose(), match.validMark(), match.acceptLocal())
                ^ match.inverted());
    }
}
