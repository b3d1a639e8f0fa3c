// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.pipeline;

import io.nfl.api.classify.RejectWith;
import io.nfl.api.host.Route;
import io.nfl.api.net.Family;
import io.nfl.api.net.Hook;
import io.nfl.api.net.IpAddress;
import io.nfl.engine.packet.DropReason;
import io.nfl.engine.route.RouteError;
import io.nfl.engine.route.RouteKind;
import java.util.Locale;
import java.util.Optional;

/** What happened to a packet, step by step, as data. */
public sealed interface TraceStep {
    /** The packet entered a hook. Devices are empty where the hook has none. */
    record HookEntered(Hook hook, String in, String out, int mark, byte[] bytes) implements TraceStep {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.hookEntered(this);
        }
    }

    /** All of a hook, but conntrack's confirmation, accepted it. @param ct as {@link Flow#ct()} */
    record HookLeft(Hook hook, String in, String out, int mark, Optional<String> ct, byte[] bytes)
            implements TraceStep {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.hookLeft(this);
        }
    }

    /** A rule's matches held, or a tail was reached. @param rule a number of the family's RuleLayout */
    record RuleMatched(Family family, int rule, String traceLine) implements TraceStep {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.ruleMatched(this);
        }
    }

    /** LOG wrote its prefix. */
    record Logged(String prefix) implements TraceStep {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.logged(this);
        }
    }

    /** NFLOG sent a copy to its group. */
    record LoggedToGroup(int group, String prefix, int bytes) implements TraceStep {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.loggedToGroup(this);
        }
    }

    /** Conntrack has looked the packet up. @param ct as {@link Flow#ct()} */
    record Tracked(String ct) implements TraceStep {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.tracked(this);
        }
    }

    /** NAT rewrote the packet's addresses or ports at this hook. Ports are 0 for protocols without. */
    record Translated(
            Hook hook,
            IpAddress sourceBefore,
            int sourcePortBefore,
            IpAddress destinationBefore,
            int destinationPortBefore,
            IpAddress source,
            int sourcePort,
            IpAddress destination,
            int destinationPort)
            implements TraceStep {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.translated(this);
        }
    }

    /**
     * A routing decision.
     *
     * @param rulePriority of the rule whose table had the route, or that refused; -1 where no rule was asked
     * @param table 0 without a route
     * @param route generated ones included
     * @param device empty where it goes nowhere
     * @param gateway absent where the destination is on the link
     * @param source of what this host sends
     * @param again whether a rule's change asked for it
     */
    record Routed(
            RouteKind kind,
            RouteError error,
            long rulePriority,
            int table,
            Optional<Route> route,
            String device,
            Optional<IpAddress> gateway,
            Optional<IpAddress> source,
            boolean again)
            implements TraceStep {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.routed(this);
        }

        /** {@code forward rule 32766 table 254 route unicast 0.0.0.0/0 dev eth0 via 203.0.113.1}. */
        @Override
        public String toString() {
            final StringBuilder text = new StringBuilder(kind.name().toLowerCase(Locale.ROOT));
            if (rulePriority >= 0) {
                text.append(" rule ").append(rulePriority);
            }
            if (table != 0) {
                text.append(" table ").append(Integer.toUnsignedString(table));
            }
            route.ifPresent(found -> text.append(" route ")
                    .append(found.type().label())
                    .append(' ')
                    .append(found.destination()));
            if (!device.isEmpty()) {
                text.append(" dev ").append(device);
            }
            gateway.ifPresent(hop -> text.append(" via ").append(hop));
            source.ifPresent(own -> text.append(" src ").append(own));
            if (error != RouteError.NONE) {
                text.append(' ').append(error.name().toLowerCase(Locale.ROOT));
            }
            return text.toString();
        }
    }

    /** REJECT answered, or had a reason not to. */
    record Rejected(RejectWith with, boolean answered) implements TraceStep {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.rejected(this);
        }
    }

    /** It ended, though no rule said so. */
    record Dropped(DropReason reason, Family family) implements TraceStep {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.dropped(this);
        }
    }

    <R> R accept(Visitor<R> visitor);

    /** One method for each kind of step. */
    interface Visitor<R> {
        R hookEntered(HookEntered step);

        R hookLeft(HookLeft step);

        R ruleMatched(RuleMatched step);

        R logged(Logged step);

        R loggedToGroup(LoggedToGroup step);

        R tracked(Tracked step);

        R translated(Translated step);

        R routed(Routed step);

        R rejected(Rejected step);

        R dropped(Dropped step);
    }
}
