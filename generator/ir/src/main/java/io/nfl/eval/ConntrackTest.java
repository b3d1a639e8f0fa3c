// SPDX-License-Identifier: Apache-2.0
package io.nfl.eval;

import io.nfl.api.net.AddressMask;
import io.nfl.api.net.ConntrackState;
import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.api.net.PortRange;
import io.nfl.api.packet.ConnectionView;
import io.nfl.api.packet.PacketView;
import io.nfl.ir.ConntrackMatch;
import io.nfl.ir.ConntrackMatch.TuplePart;
import io.nfl.ir.Invertible;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** net/netfilter/xt_conntrack.c, {@code conntrack_mt}. */
final class ConntrackTest {
    private ConntrackTest() {}

    static boolean holds(final ConntrackMatch match, final PacketView packet) {
        final ConnectionView connection = packet.connection();
        if (match.states().isPresent() && !state(match.states().get(), packet, connection)) {
            return false;
        }
        if (connection == null) {
            return match.states().isPresent();
        }
        return equal(match.replyDirection(), packet.direction() == 1)
                && addresses(match, packet, connection)
                && equal(match.protocol(), connection.protocol())
                && ports(match, connection)
                && status(match.status(), connection.status())
                && expires(match.expires(), connection.expiresSeconds());
    }

    private static boolean state(
            final Invertible<Set<ConntrackState>> test,
            final PacketView packet,
            final @org.jspecify.annotations.Nullable ConnectionView connection) {
        int bits = packet.conntrackStateBit();
        if (connection != null) {
            if ((connection.status() & ConnectionView.STATUS_SRC_NAT) != 0) {
                bits |= ConntrackState.SNAT.bit();
            }
            if ((connection.status() & ConnectionView.STATUS_DST_NAT) != 0) {
                bits |= ConntrackState.DNAT.bit();
            }
        }
        boolean found = false;
        for (final ConntrackState state : test.value()) {
            found |= (state.bit() & bits) != 0;
        }
        return found ^ test.inverted();
    }

    private static <T> boolean equal(final Optional<Invertible<T>> test, final T value) {
        return test.isEmpty() || test.get().value().equals(value) ^ test.get().inverted();
    }

    private static boolean addresses(
            final ConntrackMatch match, final PacketView packet, final ConnectionView connection) {
        for (final Map.Entry<TuplePart, Invertible<AddressMask>> each :
                match.addresses().entrySet()) {
            final IpAddress address = address(each.getKey(), packet.family(), connection);
            if (each.getValue().value().contains(address) == each.getValue().inverted()) {
                return false;
            }
        }
        return true;
    }

    private static IpAddress address(final TuplePart part, final Family family, final ConnectionView connection) {
        return switch (part) {
            case ORIGINAL_SOURCE ->
                new IpAddress(family, connection.originalSourceHigh(), connection.originalSourceLow());
            case ORIGINAL_DESTINATION ->
                new IpAddress(family, connection.originalDestinationHigh(), connection.originalDestinationLow());
            case REPLY_SOURCE -> new IpAddress(family, connection.replySourceHigh(), connection.replySourceLow());
            case REPLY_DESTINATION ->
                new IpAddress(family, connection.replyDestinationHigh(), connection.replyDestinationLow());
        };
    }

    private static boolean ports(final ConntrackMatch match, final ConnectionView connection) {
        for (final Map.Entry<TuplePart, Invertible<PortRange>> each :
                match.ports().entrySet()) {
            final int port = switch (each.getKey()) {
                case ORIGINAL_SOURCE -> connection.originalSourcePort();
                case ORIGINAL_DESTINATION -> connection.originalDestinationPort();
                case REPLY_SOURCE -> connection.replySourcePort();
                case REPLY_DESTINATION -> connection.replyDestinationPort();
            };
            if (each.getValue().value().contains(port) == each.getValue().inverted()) {
                return false;
            }
        }
        return true;
    }

    /** NONE has no bit: alone it holds for nothing, and inverted for all. */
    private static boolean status(final Optional<Invertible<Set<ConntrackMatch.Status>>> test, final int status) {
        if (test.isEmpty()) {
            return true;
        }
        int mask = 0;
        for (final ConntrackMatch.Status each : test.get().value()) {
            mask |= switch (each) {
                case NONE -> 0;
                case EXPECTED -> ConnectionView.STATUS_EXPECTED;
                case SEEN_REPLY -> ConnectionView.STATUS_SEEN_REPLY;
                case ASSURED -> ConnectionView.STATUS_ASSURED;
                case CONFIRMED -> ConnectionView.STATUS_CONFIRMED;
            };
        }
        return (mask & status) != 0 ^ test.get().inverted();
    }

    private static boolean expires(final Optional<Invertible<ConntrackMatch.Seconds>> test, final long seconds) {
        return test.isEmpty()
                || (test.get().value().low() <= seconds
                                && seconds <= test.get().value().high())
                        ^ test.get().inverted();
    }
}
