// SPDX-License-Identifier: Apache-2.0
package io.nfl.ir.test;

import io.nfl.diag.Span;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** One line of a test. */
public sealed interface Step {
    /** Where it was written. */
    Span span();

    /**
     * A packet that arrives, or that this host sends.
     *
     * @param device where it arrives; absent: this host sends it
     * @param uid of the sending process; only where this host sends
     * @param expected alternatives, one of which must come true; empty: nothing is expected
     */
    record Send(Span span, Optional<String> device, OptionalInt uid, PacketSpec packet, List<Outcome> expected)
            implements Step {
        public Send {
            expected = List.copyOf(expected);
        }

        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.send(this);
        }
    }

    /**
     * The other side's answer to the packet that left or was delivered last: its tuple inverted, arriving where it
     * left.
     *
     * @param kind what it is beside the plain answer
     */
    record Reply(Span span, ReplyKind kind, PacketSpec.Fields fields, List<Outcome> expected) implements Step {
        public Reply {
            expected = List.copyOf(expected);
        }

        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.reply(this);
        }
    }

    /** Time passes. */
    record Wait(Span span, Duration duration) implements Step {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.waits(this);
        }
    }

    /** The steps, {@code count} times. */
    record Repeat(Span span, int count, List<Step> steps) implements Step {
        public Repeat {
            steps = List.copyOf(steps);
        }

        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.repeat(this);
        }
    }

    /** A link goes down or comes up. */
    record Link(Span span, String device, boolean up) implements Step {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.link(this);
        }
    }

    <R> R accept(Visitor<R> visitor);

    /** One method for each step. */
    interface Visitor<R> {
        R send(Send step);

        R reply(Reply step);

        R waits(Wait step);

        R repeat(Repeat step);

        R link(Link step);
    }
}
