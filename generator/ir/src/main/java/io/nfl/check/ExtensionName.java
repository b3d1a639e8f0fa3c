// SPDX-License-Identifier: Apache-2.0
package io.nfl.check;

import io.nfl.api.classify.StateSpec;
import io.nfl.ir.ConntrackMatch;
import io.nfl.ir.Match;
import io.nfl.ir.Target;

/**
 * The names under which the kernel registers matches and targets, as hooks.tsv lists them. TTL and HL, ttl and hl are
 * one row of ours: they differ in the family alone. A standard verdict has no name.
 */
final class ExtensionName {
    static final Match.Visitor<String> OF_MATCH = new OfMatch();
    static final Target.Visitor<String> OF_TARGET = new OfTarget();
    private static final StateSpec.Visitor<String> OF_STATE = new OfState();

    private ExtensionName() {}

    private static final class OfMatch implements Match.Visitor<String> {
        @Override
        public String tcp(final Match.Tcp match) {
            return "tcp";
        }

        @Override
        public String ports(final Match.Ports match) {
            return switch (match.protocol()) {
                case UDP -> "udp";
                case SCTP -> "sctp";
                case DCCP -> "dccp";
            };
        }

        @Override
        public String multiport(final Match.Multiport match) {
            return "multiport";
        }

        @Override
        public String icmp(final Match.Icmp match) {
            return switch (match.family()) {
                case IPV4 -> "icmp";
                case IPV6 -> "icmp6";
            };
        }

        @Override
        public String ipRange(final Match.IpRange match) {
            return "iprange";
        }

        @Override
        public String addrType(final Match.AddrType match) {
            return "addrtype";
        }

        @Override
        public String conntrack(final ConntrackMatch match) {
            return "conntrack";
        }

        @Override
        public String mark(final Match.Mark match) {
            return "mark";
        }

        @Override
        public String connmark(final Match.Connmark match) {
            return "connmark";
        }

        @Override
        public String stateful(final Match.Stateful match) {
            return match.spec().accept(OF_STATE);
        }

        @Override
        public String length(final Match.Length match) {
            return "length";
        }

        @Override
        public String hopLimit(final Match.HopLimit match) {
            return "ttl";
        }

        @Override
        public String dscp(final Match.Dscp match) {
            return "dscp";
        }

        @Override
        public String tos(final Match.Tos match) {
            return "tos";
        }

        @Override
        public String owner(final Match.Owner match) {
            return "owner";
        }

        @Override
        public String mac(final Match.Mac match) {
            return "mac";
        }

        @Override
        public String packetType(final Match.PacketType match) {
            return "pkttype";
        }

        @Override
        public String tcpMss(final Match.TcpMss match) {
            return "tcpmss";
        }

        @Override
        public String reversePath(final Match.ReversePath match) {
            return "rpfilter";
        }
    }

    private static final class OfState implements StateSpec.Visitor<String> {
        @Override
        public String limit(final StateSpec.Limit spec) {
            return "limit";
        }

        @Override
        public String nth(final StateSpec.Nth spec) {
            return "statistic";
        }

        @Override
        public String random(final StateSpec.Random spec) {
            return "statistic";
        }

        @Override
        public String quota(final StateSpec.Quota spec) {
            return "quota";
        }

        @Override
        public String hashLimit(final StateSpec.HashLimit spec) {
            return "hashlimit";
        }

        @Override
        public String connLimit(final StateSpec.ConnLimit spec) {
            return "connlimit";
        }

        @Override
        public String recent(final StateSpec.Recent spec) {
            return "recent";
        }
    }

    private static final class OfTarget implements Target.Visitor<String> {
        @Override
        public String accept(final Target.Accept target) {
            return "";
        }

        @Override
        public String drop(final Target.Drop target) {
            return "";
        }

        @Override
        public String returns(final Target.Return target) {
            return "";
        }

        @Override
        public String continues(final Target.Continue target) {
            return "";
        }

        @Override
        public String jump(final Target.Jump target) {
            return "";
        }

        @Override
        public String goTo(final Target.Goto target) {
            return "";
        }

        @Override
        public String reject(final Target.Reject target) {
            return "REJECT";
        }

        @Override
        public String log(final Target.Log target) {
            return "LOG";
        }

        @Override
        public String nflog(final Target.Nflog target) {
            return "NFLOG";
        }

        @Override
        public String masquerade(final Target.Masquerade target) {
            return "MASQUERADE";
        }

        @Override
        public String snat(final Target.Snat target) {
            return "SNAT";
        }

        @Override
        public String dnat(final Target.Dnat target) {
            return "DNAT";
        }

        @Override
        public String redirect(final Target.Redirect target) {
            return "REDIRECT";
        }

        @Override
        public String netmap(final Target.Netmap target) {
            return "NETMAP";
        }

        @Override
        public String mark(final Target.Mark target) {
            return "MARK";
        }

        @Override
        public String setConnmark(final Target.SetConnmark target) {
            return "CONNMARK";
        }

        @Override
        public String saveMark(final Target.SaveMark target) {
            return "CONNMARK";
        }

        @Override
        public String restoreMark(final Target.RestoreMark target) {
            return "CONNMARK";
        }

        @Override
        public String hopLimit(final Target.HopLimit target) {
            return "TTL";
        }

        @Override
        public String dscp(final Target.Dscp target) {
            return "DSCP";
        }

        @Override
        public String tos(final Target.Tos target) {
            return "TOS";
        }

        @Override
        public String tcpMss(final Target.TcpMss target) {
            return "TCPMSS";
        }

        @Override
        public String noTrack(final Target.NoTrack target) {
            return "NOTRACK";
        }

        @Override
        public String track(final Target.Track target) {
            return "CT";
        }

        @Override
        public String trace(final Target.Trace target) {
            return "TRACE";
        }

        @Override
        public String classify(final Target.Classify target) {
            return "CLASSIFY";
        }

        @Override
        public String copy(final Target.Copy target) {
            return "TEE";
        }
    }
}
