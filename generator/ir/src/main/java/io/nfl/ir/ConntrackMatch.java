// SPDX-License-Identifier: Apache-2.0
package io.nfl.ir;

import io.nfl.api.net.AddressMask;
import io.nfl.api.net.ConntrackState;
import io.nfl.api.net.PortRange;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * xt_conntrack with all its options. Without a connection only the state is compared, and a match without a state test
 * is
 * false (net/netfilter/xt_conntrack.c).
 *
 * @param addresses tests of the stored tuples' addresses
 * @param ports tests of the stored tuples' layer 4 parts
 * @param replyDirection {@code --ctdir REPLY} true, {@code ORIGINAL} false
 * @param protocol {@code --ctproto}
 * @param expires {@code --ctexpire}, seconds, inclusive
 */
public record ConntrackMatch(
        Optional<Invertible<Set<ConntrackState>>> states,
        Optional<Invertible<Boolean>> replyDirection,
        Optional<Invertible<Integer>> protocol,
        Map<TuplePart, Invertible<AddressMask>> addresses,
        Map<TuplePart, Invertible<PortRange>> ports,
        Optional<Invertible<Set<Status>>> status,
        Optional<Invertible<Seconds>> expires)
        implements Match {

    /** Sides of the two stored tuples. */
    public enum TuplePart {
        ORIGINAL_SOURCE,
        ORIGINAL_DESTINATION,
        REPLY_SOURCE,
        REPLY_DESTINATION
    }

    /** What {@code --ctstatus} names; NONE is status 0. */
    public enum Status {
        NONE,
        EXPECTED,
        SEEN_REPLY,
        ASSURED,
        CONFIRMED
    }

    /** An inclusive range of seconds. */
    public record Seconds(long low, long high) {}

    /** Tests nothing; the with-methods add one test each. */
    public static final ConntrackMatch EMPTY = new ConntrackMatch(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            Map.of(),
            Optional.empty(),
            Optional.empty());

    public ConntrackMatch {
        states = states.map(s -> new Invertible<>(Set.copyOf(s.value()), s.inverted()));
        addresses = Map.copyOf(addresses);
        ports = Map.copyOf(ports);
        status = status.map(s -> new Invertible<>(Set.copyOf(s.value()), s.inverted()));
    }

    public static ConntrackMatch inState(final ConntrackState... states) {
        return EMPTY.withStates(Invertible.is(Set.of(states)));
    }

    public ConntrackMatch withStates(final Invertible<Set<ConntrackState>> test) {
        return new ConntrackMatch(Optional.of(test), replyDirection, protocol, addresses, ports, status, expires);
    }

    public ConntrackMatch withReplyDirection(final Invertible<Boolean> test) {
        return new ConntrackMatch(states, Optional.of(test), protocol, addresses, ports, status, expires);
    }

    public ConntrackMatch withProtocol(final Invertible<Integer> test) {
        return new ConntrackMatch(states, replyDirection, Optional.of(test), addresses, ports, status, expires);
    }

    public ConntrackMatch withAddress(final TuplePart part, final Invertible<AddressMask> test) {
        final Map<TuplePart, Invertible<AddressMask>> more = new EnumMap<>(TuplePart.class);
        more.putAll(addresses);
        more.put(part, test);
        return new ConntrackMatch(states, replyDirection, protocol, more, ports, status, expires);
    }

    public ConntrackMatch withPorts(final TuplePart part, final Invertible<PortRange> test) {
        final Map<TuplePart, Invertible<PortRange>> more = new EnumMap<>(TuplePart.class);
        more.putAll(ports);
        more.put(part, test);
        return new ConntrackMatch(states, replyDirection, protocol, addresses, more, status, expires);
    }

    public ConntrackMatch withStatus(final Invertible<Set<Status>> test) {
        return new ConntrackMatch(states, replyDirection, protocol, addresses, ports, Optional.of(test), expires);
    }

    public ConntrackMatch withExpires(final Invertible<Seconds> test) {
        return new ConntrackMatch(states, replyDirection, protocol, addresses, ports, status, Optional.of(test));
    }

    @Override
    public <R> R accept(final Visitor<R> visitor) {
        return visitor.conntrack(this);
    }
}
