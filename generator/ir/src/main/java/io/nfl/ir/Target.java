// SPDX-License-Identifier: Apache-2.0
package io.nfl.ir;

import io.nfl.api.classify.CtTemplate;
import io.nfl.api.classify.HopLimitOperation;
import io.nfl.api.classify.LogParameters;
import io.nfl.api.classify.NatRange;
import io.nfl.api.classify.RejectWith;
import io.nfl.api.net.IpAddress;
import io.nfl.api.net.Prefix;

/** What a rule does with a packet that all its matches hold for. */
public sealed interface Target {
    <R> R accept(Visitor<R> visitor);

    /** The packet passes this table. */
    record Accept() implements Target {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.accept(this);
        }
    }

    /** The packet ends here. */
    record Drop() implements Target {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.drop(this);
        }
    }

    /** Back to the caller; in a built-in chain the policy decides. */
    record Return() implements Target {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.returns(this);
        }
    }

    /** No target: the rule only counts. */
    record Continue() implements Target {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.continues(this);
        }
    }

    /** Calls a user chain. */
    record Jump(String chain) implements Target {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.jump(this);
        }
    }

    /** Goes to a user chain whose end returns to this chain's caller. */
    record Goto(String chain) implements Target {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.goTo(this);
        }
    }

    /** REJECT. */
    record Reject(RejectWith with) implements Target {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.reject(this);
        }
    }

    /** LOG. */
    record Log(LogParameters parameters) implements Target {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.log(this);
        }
    }

    /** NFLOG. @param bytes copied, 0: all */
    record Nflog(int group, String prefix, int bytes) implements Target {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.nflog(this);
        }
    }

    /** MASQUERADE. */
    record Masquerade(NatRange range) implements Target {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.masquerade(this);
        }
    }

    /** SNAT. */
    record Snat(NatRange range) implements Target {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.snat(this);
        }
    }

    /** DNAT. */
    record Dnat(NatRange range) implements Target {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.dnat(this);
        }
    }

    /** REDIRECT. */
    record Redirect(NatRange range) implements Target {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.redirect(this);
        }
    }

    /** NETMAP. */
    record Netmap(Prefix network) implements Target {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.netmap(this);
        }
    }

    /** xt_MARK: {@code mark = (mark & ~mask) ^ value}. */
    record Mark(int value, int mask) implements Target {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.mark(this);
        }
    }

    /** CONNMARK: {@code ctmark = (ctmark & ~mask) ^ value}. */
    record SetConnmark(int value, int mask) implements Target {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.setConnmark(this);
        }
    }

    /** CONNMARK: {@code ctmark = (ctmark & ~ctMask) ^ (mark & packetMask)}. */
    record SaveMark(int packetMask, int ctMask) implements Target {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.saveMark(this);
        }
    }

    /** CONNMARK: {@code mark = (mark & ~packetMask) ^ (ctmark & ctMask)}. */
    record RestoreMark(int packetMask, int ctMask) implements Target {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.restoreMark(this);
        }
    }

    /** TTL or HL. */
    record HopLimit(HopLimitOperation operation, int value) implements Target {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.hopLimit(this);
        }
    }

    /** DSCP: six bits. */
    record Dscp(int dscp) implements Target {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.dscp(this);
        }
    }

    /** TOS: {@code tos = (tos & ~mask) ^ value}. */
    record Tos(int value, int mask) implements Target {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.tos(this);
        }
    }

    /** TCPMSS. @param mss bytes, or {@code Targets.CLAMP_TO_PMTU} */
    record TcpMss(int mss) implements Target {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.tcpMss(this);
        }
    }

    /** CT --notrack. */
    record NoTrack() implements Target {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.noTrack(this);
        }
    }

    /** CT with a zone, a helper or a timeout policy. */
    record Track(CtTemplate template) implements Target {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.track(this);
        }
    }

    /** TRACE. */
    record Trace() implements Target {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.trace(this);
        }
    }

    /** CLASSIFY: {@code major << 16 | minor}. */
    record Classify(int priority) implements Target {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.classify(this);
        }
    }

    /** TEE. @param device the empty string for any */
    record Copy(IpAddress gateway, String device) implements Target {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.copy(this);
        }
    }

    /** One method for each target: a new target breaks the build wherever it must be handled. */
    interface Visitor<R> {
        R accept(Accept target);

        R drop(Drop target);

        R returns(Return target);

        R continues(Continue target);

        R jump(Jump target);

        R goTo(Goto target);

        R reject(Reject target);

        R log(Log target);

        R nflog(Nflog target);

        R masquerade(Masquerade target);

        R snat(Snat target);

        R dnat(Dnat target);

        R redirect(Redirect target);

        R netmap(Netmap target);

        R mark(Mark target);

        R setConnmark(SetConnmark target);

        R saveMark(SaveMark target);

        R restoreMark(RestoreMark target);

        R hopLimit(HopLimit target);

        R dscp(Dscp target);

        R tos(Tos target);

        R tcpMss(TcpMss target);

        R noTrack(NoTrack target);

        R track(Track target);

        R trace(Trace target);

        R classify(Classify target);

        R copy(Copy target);
    }
}
