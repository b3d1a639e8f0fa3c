// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.nat;

import io.nfl.api.classify.NatRange;
import io.nfl.api.net.AddressRange;
import io.nfl.api.net.IpProtocol;
import io.nfl.api.net.PortRange;
import io.nfl.engine.choice.Chooser;
import io.nfl.engine.conntrack.Connection;
import io.nfl.engine.conntrack.ConnectionStatus;
import io.nfl.engine.conntrack.Conntrack;
import io.nfl.engine.conntrack.Tuple;

/** {@code get_unique_tuple} of net/netfilter/nf_nat_core.c: a tuple in the range that no other connection has. */
final class TupleChoice {
    private final Conntrack conntrack;
    private final PortSearch search;
    private final Tuple reply = new Tuple();

    TupleChoice(final Conntrack conntrack, final Chooser chooser) {
        this.conntrack = conntrack;
        this.search = new PortSearch(conntrack, chooser);
    }

    /**
     * Chooses into {@code chosen}; where nothing is free the last try is left there and confirmation will drop.
     *
     * @param current how the connection looks so far, in the original direction
     */
    void choose(
            final Connection connection,
            final Tuple current,
            final NatRange range,
            final Manip manip,
            final Tuple chosen) {
        final boolean random = range.random() || range.fullyRandom();
        if (manip == Manip.SOURCE && !random && keepsSource(connection, current, range, chosen)) {
            return;
        }
        chosen.copy(current);
        range.addresses()
                .ifPresent(addresses -> AddressChoice.choose(
                        chosen,
                        addresses,
                        manip,
                        range.persistent(),
                        connection.zone().id()));
        if (!random && keepsPort(connection, range, manip, chosen)) {
            return;
        }
        search.search(connection, range, manip, random, chosen);
    }

    /** The source is in range and free, or the same source has a mapping already that fits. */
    private boolean keepsSource(
            final Connection connection, final Tuple current, final NatRange range, final Tuple chosen) {
        if (inRange(current, range)) {
            if (isFreeUnchanged(connection, current)) {
                chosen.copy(current);
                return true;
            }
            return false;
        }
        return findSource(connection, current, range, chosen) && !isUsed(connection, chosen);
    }

    /** {@code nf_in_range}. */
    private static boolean inRange(final Tuple tuple, final NatRange range) {
        final AddressRange addresses = range.addresses().orElse(null);
        if (addresses != null && !AddressChoice.holdsSource(addresses, tuple)) {
            return false;
        }
        final PortRange ports = range.ports().orElse(null);
        return ports == null || portInRange(tuple, Manip.SOURCE, ports);
    }

    /** {@code l4proto_in_range}. */
    private static boolean portInRange(final Tuple tuple, final Manip manip, final PortRange ports) {
        if (isIcmp(tuple.protocol)) {
            return ports.contains(tuple.sourcePort);
        }
        final boolean keyed = tuple.protocol == IpProtocol.GRE.number() || PortSearch.hasPorts(tuple.protocol);
        return !keyed || ports.contains(manip == Manip.SOURCE ? tuple.sourcePort : tuple.destinationPort);
    }

    static boolean isIcmp(final int protocol) {
        return protocol == IpProtocol.ICMP.number() || protocol == IpProtocol.IPV6_ICMP.number();
    }

    /** {@code find_appropriate_src}. */
    private boolean findSource(
            final Connection connection, final Tuple current, final NatRange range, final Tuple chosen) {
        Connection other = conntrack.withSource(current, connection.zone());
        while (other != null) {
            if (other.tuple(0).sameSource(current)
                    && other.zone().id(0) == connection.zone().id(0)) {
                chosen.invert(other.tuple(1));
                chosen.destinationHigh = current.destinationHigh;
                chosen.destinationLow = current.destinationLow;
                chosen.destinationPort = current.destinationPort;
                chosen.protocol = current.protocol;
                if (inRange(chosen, range)) {
                    return true;
                }
            }
            other = conntrack.nextOfSource(other);
        }
        return false;
    }

    /** {@code nf_nat_used_tuple}. */
    private boolean isUsed(final Connection connection, final Tuple tuple) {
        reply.invert(tuple);
        return conntrack.isTaken(reply, connection);
    }

    /** {@code nf_nat_used_tuple_new}: a flow that stays as it is may meet its own reverse; confirmation merges them. */
    private boolean isFreeUnchanged(final Connection connection, final Tuple tuple) {
        if (!isUsed(connection, tuple)) {
            return true;
        }
        if (!conntrack.allowsClash(connection) || isTranslated(connection)) {
            return false;
        }
        final Connection straight = conntrack.find(tuple, connection.zone());
        if (straight == null) {
            reply.invert(tuple);
        }
        final Connection other = straight == null ? conntrack.find(reply, connection.zone()) : straight;
        return other == null || !isTranslated(other) && other.tuple(0).same(connection.tuple(1));
    }

    private static boolean isTranslated(final Connection connection) {
        return (connection.status() & (Connection.NAT_MASK | ConnectionStatus.SEQ_ADJUST.bit())) != 0;
    }

    private boolean keepsPort(
            final Connection connection, final NatRange range, final Manip manip, final Tuple chosen) {
        final PortRange ports = range.ports().orElse(null);
        if (ports == null) {
            return !isUsed(connection, chosen);
        }
        return range.basePort().isEmpty()
                && portInRange(chosen, manip, ports)
                && (ports.isSingle() || !isUsed(connection, chosen));
    }
}
