// SPDX-License-Identifier: Apache-2.0
package io.nfl.ir;

import io.nfl.api.classify.StateSpec;
import io.nfl.api.net.AddressRange;
import io.nfl.api.net.AddressType;
import io.nfl.api.net.Family;
import io.nfl.api.net.PortRange;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One match extension of a rule with its options ({@code -m name …}), one record for each instance in the kernel: what
 * a
 * kernel match decides as a whole stays together.
 */
public sealed interface Match
        permits ConntrackMatch,
                Match.Tcp,
                Match.Ports,
                Match.Multiport,
                Match.Icmp,
                Match.IpRange,
                Match.AddrType,
                Match.Mark,
                Match.Connmark,
                Match.Stateful,
                Match.Length,
                Match.HopLimit,
                Match.Dscp,
                Match.Tos,
                Match.Owner,
                Match.Mac,
                Match.PacketType,
                Match.TcpMss,
                Match.ReversePath {

    <R> R accept(Visitor<R> visitor);

    /** xt_tcpudp, tcp. @param option kind of a TCP option that must be there */
    record Tcp(
            Optional<Invertible<PortRange>> source,
            Optional<Invertible<PortRange>> destination,
            Optional<Invertible<FlagTest>> flags,
            Optional<Invertible<Integer>> option)
            implements Match {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.tcp(this);
        }
    }

    /** {@code (flags & mask) == compare}, bits of {@link io.nfl.api.net.TcpFlags}. */
    record FlagTest(int mask, int compare) {}

    /** Protocols whose match has ports alone: xt_tcpudp's udp, xt_sctp, xt_dccp. */
    enum PortProtocol {
        UDP,
        SCTP,
        DCCP
    }

    /** Source and destination port ranges of one of {@link PortProtocol}. */
    record Ports(
            PortProtocol protocol, Optional<Invertible<PortRange>> source, Optional<Invertible<PortRange>> destination)
            implements Match {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.ports(this);
        }
    }

    /** Which port a multiport match reads. */
    enum PortSide {
        SOURCE,
        DESTINATION,
        EITHER
    }

    /** xt_multiport: 15 slots, a range takes two. */
    record Multiport(PortSide side, List<PortRange> ports, boolean inverted) implements Match {
        public static final int MAX_SLOTS = 15;

        public Multiport {
            ports = List.copyOf(ports);
            if (ports.isEmpty()
                    || ports.stream().mapToInt(p -> p.isSingle() ? 1 : 2).sum() > MAX_SLOTS) {
                throw new IllegalArgumentException(ports.size() + " ports in one multiport");
            }
        }

        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.multiport(this);
        }
    }

    /** icmp or icmp6 match. @param type IPv4: 255 is any type */
    record Icmp(Family family, int type, int codeLow, int codeHigh, boolean inverted) implements Match {
        public static final int ANY_TYPE = 255;

        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.icmp(this);
        }
    }

    /** xt_iprange. */
    record IpRange(Optional<Invertible<AddressRange>> source, Optional<Invertible<AddressRange>> destination)
            implements Match {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.ipRange(this);
        }
    }

    /** xt_addrtype revision 1. The two limits compare the device that owns the address. */
    record AddrType(
            Optional<Invertible<Set<AddressType>>> source,
            Optional<Invertible<Set<AddressType>>> destination,
            boolean limitIn,
            boolean limitOut)
            implements Match {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.addrType(this);
        }
    }

    /** xt_mark: {@code (mark & mask) == value}. */
    record Mark(int value, int mask, boolean inverted) implements Match {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.mark(this);
        }
    }

    /** xt_connmark: false without a connection, inverted or not. */
    record Connmark(int value, int mask, boolean inverted) implements Match {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.connmark(this);
        }
    }

    /** A match that keeps state: limit, hashlimit, connlimit, statistic, quota, recent. */
    record Stateful(StateSpec spec) implements Match {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.stateful(this);
        }
    }

    /** xt_length: bytes of the IP packet. */
    record Length(int low, int high, boolean inverted) implements Match {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.length(this);
        }
    }

    /** How xt_hl compares. */
    enum Comparison {
        EQUAL,
        NOT_EQUAL,
        BELOW,
        ABOVE
    }

    /** ttl or hl match. */
    record HopLimit(Comparison comparison, int value) implements Match {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.hopLimit(this);
        }
    }

    /** xt_dscp: six bits. */
    record Dscp(int value, boolean inverted) implements Match {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.dscp(this);
        }
    }

    /** tos match: {@code (tos & mask) == value}. */
    record Tos(int value, int mask, boolean inverted) implements Match {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.tos(this);
        }
    }

    /** Inclusive range of user or group ids. */
    record IdRange(long low, long high) {}

    /** xt_owner. @param socketExists {@code --socket-exists}; the value is always true */
    record Owner(
            Optional<Invertible<IdRange>> user,
            Optional<Invertible<IdRange>> group,
            Optional<Invertible<Boolean>> socketExists)
            implements Match {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.owner(this);
        }
    }

    /** xt_mac. @param address Ethernet source in the low 48 bits */
    record Mac(long address, boolean inverted) implements Match {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.mac(this);
        }
    }

    /** xt_pkttype: 0 unicast, 1 broadcast, 2 multicast. */
    record PacketType(int type, boolean inverted) implements Match {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.packetType(this);
        }
    }

    /** xt_tcpmss: the MSS option's value. */
    record TcpMss(int low, int high, boolean inverted) implements Match {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.tcpMss(this);
        }
    }

    /** rpfilter: holds where the way back leads through the input device. */
    record ReversePath(boolean loose, boolean validMark, boolean acceptLocal, boolean inverted) implements Match {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.reversePath(this);
        }
    }

    /** One method for each match: a new match breaks the build wherever it must be handled. */
    interface Visitor<R> {
        R tcp(Tcp match);

        R ports(Ports match);

        R multiport(Multiport match);

        R icmp(Icmp match);

        R ipRange(IpRange match);

        R addrType(AddrType match);

        R conntrack(ConntrackMatch match);

        R mark(Mark match);

        R connmark(Connmark match);

        R stateful(Stateful match);

        R length(Length match);

        R hopLimit(HopLimit match);

        R dscp(Dscp match);

        R tos(Tos match);

        R owner(Owner match);

        R mac(Mac match);

        R packetType(PacketType match);

        R tcpMss(TcpMss match);

        R reversePath(ReversePath match);
    }
}
