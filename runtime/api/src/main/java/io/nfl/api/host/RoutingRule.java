// SPDX-License-Identifier: Apache-2.0
package io.nfl.api.host;

import io.nfl.api.net.Family;
import io.nfl.api.net.PortRange;
import io.nfl.api.net.Prefix;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A rule of the routing policy database ({@code ip rule}). An absent selector matches all.
 *
 * @param priority 0 to 2^32-1, evaluated in ascending order
 * @param inverted {@code not}: inverts the result of all selectors together
 * @param inDevice {@code iif}; {@code lo} means locally generated
 * @param markValue compared under {@code markMask}; mask 0: not compared
 * @param tos 0 for any
 */
public record RoutingRule(
        Family family,
        long priority,
        boolean inverted,
        Optional<Prefix> source,
        Optional<Prefix> destination,
        Optional<String> inDevice,
        Optional<String> outDevice,
        int markValue,
        int markMask,
        int tos,
        OptionalInt protocol,
        Optional<PortRange> sourcePorts,
        Optional<PortRange> destinationPorts,
        Optional<UidRange> uids,
        Action action) {

    /** An inclusive range of user ids. */
    public record UidRange(long low, long high) {}

    /** What a matching rule does (net/core/fib_rules.c). */
    public sealed interface Action {
        /**
         * Looks a table up.
         *
         * @param suppressPrefixLength results with a prefix this long or shorter are passed over; -1: none
         */
        record Lookup(int table, int suppressPrefixLength) implements Action {
            @Override
            public <R> R accept(final ActionVisitor<R> visitor) {
                return visitor.lookup(this);
            }
        }

        /** Goes on with the first rule of this priority or a later one. */
        record GoTo(long priority) implements Action {
            @Override
            public <R> R accept(final ActionVisitor<R> visitor) {
                return visitor.goTo(this);
            }
        }

        /** Ends the search: {@code BLACKHOLE}, {@code UNREACHABLE} or {@code PROHIBIT}. */
        record Refuse(RouteType type) implements Action {
            @Override
            public <R> R accept(final ActionVisitor<R> visitor) {
                return visitor.refuse(this);
            }
        }

        /** Does nothing. */
        record Nop() implements Action {
            @Override
            public <R> R accept(final ActionVisitor<R> visitor) {
                return visitor.nop(this);
            }
        }

        <R> R accept(ActionVisitor<R> visitor);
    }

    /** One method for each action. */
    public interface ActionVisitor<R> {
        R lookup(Action.Lookup action);

        R goTo(Action.GoTo action);

        R refuse(Action.Refuse action);

        R nop(Action.Nop action);
    }
}
