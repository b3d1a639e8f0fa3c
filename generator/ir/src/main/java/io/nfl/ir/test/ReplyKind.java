// SPDX-License-Identifier: Apache-2.0
package io.nfl.ir.test;

/** What the other side answers. */
public sealed interface ReplyKind {
    /** The answer that follows: SYN-ACK to SYN, ACK to SYN-ACK, echo reply to echo request, UDP to UDP. */
    record Plain() implements ReplyKind {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.plain(this);
        }
    }

    /** A TCP segment with these flags ({@link io.nfl.api.net.TcpFlags}). */
    record Tcp(int flags) implements ReplyKind {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.tcp(this);
        }
    }

    /** An ICMP or ICMPv6 error about the packet. */
    record IcmpError(int type, int code) implements ReplyKind {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.icmpError(this);
        }
    }

    <R> R accept(Visitor<R> visitor);

    /** One method for each kind. */
    interface Visitor<R> {
        R plain(Plain kind);

        R tcp(Tcp kind);

        R icmpError(IcmpError kind);
    }
}
