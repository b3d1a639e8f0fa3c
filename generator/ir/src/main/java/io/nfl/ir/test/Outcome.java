// SPDX-License-Identifier: Apache-2.0
package io.nfl.ir.test;

import io.nfl.api.classify.RejectWith;
import io.nfl.api.net.ConntrackState;
import io.nfl.api.net.IpAddress;
import io.nfl.diag.Span;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** What must come of a packet. */
public record Outcome(Span span, Kind kind, Optional<Answer> answer, List<Check> checks) {
    public Outcome {
        checks = List.copyOf(checks);
        if (answer.isPresent() && kind != Kind.REJECT) {
            throw new IllegalArgumentException("an answer to a packet that is not rejected");
        }
    }

    /** How a packet's way ends. */
    public enum Kind {
        FORWARD,
        DELIVER,
        SEND,
        DROP,
        REJECT
    }

    /** What the sender of a rejected packet hears: REJECT's answer, or one of the stack's own. */
    public sealed interface Answer {
        record Rejected(RejectWith with) implements Answer {
            @Override
            public <R> R accept(final AnswerVisitor<R> visitor) {
                return visitor.rejected(this);
            }
        }

        /** ICMP types and codes of both families; -1 where a family has none. */
        record Icmp(String name, int ipv4Type, int ipv4Code, int ipv6Type, int ipv6Code) implements Answer {
            @Override
            public <R> R accept(final AnswerVisitor<R> visitor) {
                return visitor.icmp(this);
            }
        }

        <R> R accept(AnswerVisitor<R> visitor);
    }

    /** One method for each kind of answer. */
    public interface AnswerVisitor<R> {
        R rejected(Answer.Rejected answer);

        R icmp(Answer.Icmp answer);
    }

    /** An address and, where one is compared, a port. */
    public record Endpoint(Optional<IpAddress> address, OptionalInt port) {}

    /** One check on the packet that leaves or arrives, or on the way it took. */
    public sealed interface Check {
        Span span();

        /** Device names; one of them. */
        record Out(Span span, Set<String> devices) implements Check {
            public Out {
                devices = Set.copyOf(devices);
            }

            @Override
            public <R> R accept(final CheckVisitor<R> visitor) {
                return visitor.out(this);
            }
        }

        record From(Span span, Endpoint endpoint) implements Check {
            @Override
            public <R> R accept(final CheckVisitor<R> visitor) {
                return visitor.from(this);
            }
        }

        /** One of the endpoints. */
        record To(Span span, List<Endpoint> endpoints) implements Check {
            public To {
                endpoints = List.copyOf(endpoints);
            }

            @Override
            public <R> R accept(final CheckVisitor<R> visitor) {
                return visitor.to(this);
            }
        }

        record Mark(Span span, int value, int mask) implements Check {
            @Override
            public <R> R accept(final CheckVisitor<R> visitor) {
                return visitor.mark(this);
            }
        }

        record Connmark(Span span, int value, int mask) implements Check {
            @Override
            public <R> R accept(final CheckVisitor<R> visitor) {
                return visitor.connmark(this);
            }
        }

        record Ttl(Span span, int ttl) implements Check {
            @Override
            public <R> R accept(final CheckVisitor<R> visitor) {
                return visitor.ttl(this);
            }
        }

        record Dscp(Span span, int dscp) implements Check {
            @Override
            public <R> R accept(final CheckVisitor<R> visitor) {
                return visitor.dscp(this);
            }
        }

        record Ct(Span span, Set<ConntrackState> states) implements Check {
            public Ct {
                states = Set.copyOf(states);
            }

            @Override
            public <R> R accept(final CheckVisitor<R> visitor) {
                return visitor.ct(this);
            }
        }

        /** The next hop. */
        record Via(Span span, IpAddress gateway) implements Check {
            @Override
            public <R> R accept(final CheckVisitor<R> visitor) {
                return visitor.via(this);
            }
        }

        /** The number of the table that gave the route. */
        record Table(Span span, int table) implements Check {
            @Override
            public <R> R accept(final CheckVisitor<R> visitor) {
                return visitor.table(this);
            }
        }

        /** A LOG or NFLOG rule with this prefix was hit. */
        record Logged(Span span, String prefix) implements Check {
            @Override
            public <R> R accept(final CheckVisitor<R> visitor) {
                return visitor.logged(this);
            }
        }

        /** A named rule has counted so many packets since the test began. */
        record Counted(Span span, long packets, String rule) implements Check {
            @Override
            public <R> R accept(final CheckVisitor<R> visitor) {
                return visitor.counted(this);
            }
        }

        /** The named rule decided. */
        record ByRule(Span span, String rule) implements Check {
            @Override
            public <R> R accept(final CheckVisitor<R> visitor) {
                return visitor.byRule(this);
            }
        }

        /** A chain's policy decided. */
        record ByPolicy(Span span) implements Check {
            @Override
            public <R> R accept(final CheckVisitor<R> visitor) {
                return visitor.byPolicy(this);
            }
        }

        /** The routing decision ended it. */
        record ByRouting(Span span) implements Check {
            @Override
            public <R> R accept(final CheckVisitor<R> visitor) {
                return visitor.byRouting(this);
            }
        }

        /** Reverse path filtering ended it. */
        record ByReversePathFilter(Span span) implements Check {
            @Override
            public <R> R accept(final CheckVisitor<R> visitor) {
                return visitor.byReversePathFilter(this);
            }
        }

        <R> R accept(CheckVisitor<R> visitor);
    }

    /** One method for each check. */
    public interface CheckVisitor<R> {
        R out(Check.Out check);

        R from(Check.From check);

        R to(Check.To check);

        R mark(Check.Mark check);

        R connmark(Check.Connmark check);

        R ttl(Check.Ttl check);

        R dscp(Check.Dscp check);

        R ct(Check.Ct check);

        R via(Check.Via check);

        R table(Check.Table check);

        R logged(Check.Logged check);

        R counted(Check.Counted check);

        R byRule(Check.ByRule check);

        R byPolicy(Check.ByPolicy check);

        R byRouting(Check.ByRouting check);

        R byReversePathFilter(Check.ByReversePathFilter check);
    }
}
