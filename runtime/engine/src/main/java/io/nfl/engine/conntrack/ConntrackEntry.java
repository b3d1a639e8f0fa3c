// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.conntrack;

import io.nfl.api.classify.CtTemplate.ZoneDirection;
import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.api.net.IpProtocol;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A connection as ctnetlink tells it.
 *
 * @param status names of {@link ConnectionStatus}
 * @param state of TCP and SCTP, by the kernel's name
 * @param timeout in whole seconds, rounded down
 * @param zone where it holds for both directions
 */
public record ConntrackEntry(
        Family family,
        Side original,
        Side reply,
        List<String> status,
        Optional<String> state,
        long timeout,
        int mark,
        OptionalInt zone) {
    public ConntrackEntry {
        status = List.copyOf(status);
    }

    /**
     * One tuple.
     *
     * @param sourcePart port or ICMP id
     * @param destinationPart port or ICMP {@code type << 8 | code}
     * @param zone where it holds for this direction only
     */
    public record Side(
            IpAddress source,
            IpAddress destination,
            int protocol,
            int sourcePart,
            int destinationPart,
            OptionalInt zone) {
        private static final Map<Integer, String> NAMES = Map.of(
                IpProtocol.ICMP.number(), "icmp",
                IpProtocol.TCP.number(), "tcp",
                IpProtocol.UDP.number(), "udp",
                IpProtocol.IPV6_ICMP.number(), "icmpv6",
                IpProtocol.SCTP.number(), "sctp",
                IpProtocol.GRE.number(), "gre",
                IpProtocol.DCCP.number(), "dccp",
                IpProtocol.UDPLITE.number(), "udplite");

        /** The number of a protocol that {@link #fields} names, or that stands there as a number. */
        public static int protocol(final String name) {
            return NAMES.entrySet().stream()
                    .filter(entry -> entry.getValue().equals(name))
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .orElseGet(() -> Integer.valueOf(name));
        }

        /** By the names and in the order of the kernel oracle: src, dst, proto, then ports, or id, type and code. */
        public Map<String, Object> fields() {
            final Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("src", source.toString());
            fields.put("dst", destination.toString());
            final String name = NAMES.get(protocol);
            fields.put("proto", name == null ? (Object) protocol : name);
            if (protocol == IpProtocol.ICMP.number() || protocol == IpProtocol.IPV6_ICMP.number()) {
                fields.put("id", sourcePart);
                fields.put("type", destinationPart >>> 8);
                fields.put("code", destinationPart & 0xFF);
            } else if (name != null && protocol != IpProtocol.DCCP.number()) {
                fields.put("sport", sourcePart);
                fields.put("dport", destinationPart);
            }
            zone.ifPresent(id -> fields.put("zone", id));
            return fields;
        }

        private static Side of(final Tuple tuple, final OptionalInt zone) {
            return new Side(
                    new IpAddress(tuple.family, tuple.sourceHigh, tuple.sourceLow),
                    new IpAddress(tuple.family, tuple.destinationHigh, tuple.destinationLow),
                    tuple.protocol,
                    tuple.sourcePort,
                    tuple.destinationPort,
                    zone);
        }
    }

    static ConntrackEntry of(final Connection connection) {
        final Zone zone = connection.zone();
        return new ConntrackEntry(
                connection.tuple(0).family,
                Side.of(connection.tuple(0), zone(zone, ZoneDirection.ORIGINAL)),
                Side.of(connection.tuple(1), zone(zone, ZoneDirection.REPLY)),
                ConnectionStatus.names(connection.status()),
                state(connection),
                connection.expiresSeconds(),
                connection.mark(),
                zone(zone, ZoneDirection.BOTH));
    }

    private static Optional<String> state(final Connection connection) {
        if (connection.tcp != null) {
            return Optional.of(TcpTransitions.name(connection.tcpStateNumber()));
        }
        return connection.sctp == null ? Optional.empty() : Optional.of(SctpTransitions.name(connection.sctp.state));
    }

    private static OptionalInt zone(final Zone zone, final ZoneDirection direction) {
        return zone.id() != 0 && zone.direction() == direction ? OptionalInt.of(zone.id()) : OptionalInt.empty();
    }

    /** By the names and in the order of the kernel oracle. */
    public Map<String, Object> fields() {
        final Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("family", family.number());
        fields.put("orig", original.fields());
        fields.put("reply", reply.fields());
        fields.put("status", status);
        state.ifPresent(name -> fields.put("state", name));
        fields.put("timeout", timeout);
        fields.put("mark", Integer.toUnsignedLong(mark));
        zone.ifPresent(id -> fields.put("zone", id));
        return fields;
    }
}
