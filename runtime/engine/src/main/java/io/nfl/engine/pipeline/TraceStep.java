// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.pipeline;

import io.nfl.api.classify.RejectWith;
import io.nfl.api.net.Family;
import io.nfl.api.net.Hook;
import io.nfl.api.net.IpAddress;
import io.nfl.engine.packet.DropReason;
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
    record HookLeft(Hook hook, String in, String out, int mark, Optional<String> ct) implements TraceStep {
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

    /** A routing decision, as routing tells it. @param again whether a rule's change asked for it */
    record Routed(String decision, boolean again) implements TraceStep {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.routed(this);
        }
    }

    /** REJECT answered, or had a reason not to. */
    record Rejected(RejectWith with, boolean answered) implements TraceStep {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.rejected(this);
        }
    }

    /** It ended outside a rule list. */
    record Dropped(DropReason reason) implements TraceStep {
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
