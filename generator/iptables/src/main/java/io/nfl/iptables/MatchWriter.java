// SPDX-License-Identifier: Apache-2.0
package io.nfl.iptables;

import io.nfl.api.net.AddressMask;
import io.nfl.api.net.AddressRange;
import io.nfl.api.net.AddressType;
import io.nfl.api.net.Family;
import io.nfl.api.net.PortRange;
import io.nfl.ir.ConntrackMatch;
import io.nfl.ir.ConntrackMatch.TuplePart;
import io.nfl.ir.Invertible;
import io.nfl.ir.Match;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** {@code -m name …} as iptables-save spells it. */
final class MatchWriter implements Match.Visitor<String> {
    private final Family family;

    MatchWriter(final Family family) {
        this.family = family;
    }

    @Override
    public String tcp(final Match.Tcp match) {
        final StringBuilder text = new StringBuilder("-m tcp");
        match.source().ifPresent(p -> text.append(ports("--sport", p)));
        match.destination().ifPresent(p -> text.append(ports("--dport", p)));
        match.option()
                .ifPresent(o -> text.append(option(o, "--tcp-option", o.value().toString())));
        match.flags()
                .ifPresent(f -> text.append(option(
                        f,
                        "--tcp-flags",
                        TcpFlagNames.list(f.value().mask()) + " "
                                + TcpFlagNames.list(f.value().compare()))));
        return text.toString();
    }

    @Override
    public String ports(final Match.Ports match) {
        final StringBuilder text =
                new StringBuilder("-m ").append(match.protocol().name().toLowerCase(Locale.ROOT));
        match.source().ifPresent(p -> text.append(ports("--sport", p)));
        match.destination().ifPresent(p -> text.append(ports("--dport", p)));
        return text.toString();
    }

    @Override
    public String multiport(final Match.Multiport match) {
        final String side = switch (match.side()) {
            case SOURCE -> "--sports";
            case DESTINATION -> "--dports";
            case EITHER -> "--ports";
        };
        final String list = match.ports().stream().map(MatchWriter::range).collect(Collectors.joining(","));
        return "-m multiport" + option(match.inverted(), side, list);
    }

    @Override
    public String icmp(final Match.Icmp match) {
        final String name = family == Family.IPV4 ? "icmp" : "icmp6";
        final String option = family == Family.IPV4 ? "--icmp-type" : "--icmpv6-type";
        return "-m " + name + option(match.inverted(), option, icmpType(match));
    }

    private static String icmpType(final Match.Icmp match) {
        final boolean everyCode = match.codeLow() == 0 && match.codeHigh() == 0xFF;
        if (match.family() == Family.IPV4 && match.type() == Match.Icmp.ANY_TYPE && everyCode) {
            return "any";
        }
        if (everyCode) {
            return Integer.toString(match.type());
        }
        if (match.codeLow() != match.codeHigh()) {
            throw new IllegalArgumentException("iptables has no range of codes: " + match);
        }
        return match.type() + "/" + match.codeLow();
    }

    @Override
    public String ipRange(final Match.IpRange match) {
        final StringBuilder text = new StringBuilder("-m iprange");
        match.source().ifPresent(r -> text.append(option(r, "--src-range", range(r.value()))));
        match.destination().ifPresent(r -> text.append(option(r, "--dst-range", range(r.value()))));
        return text.toString();
    }

    @Override
    public String addrType(final Match.AddrType match) {
        final StringBuilder text = new StringBuilder("-m addrtype");
        match.source().ifPresent(t -> text.append(option(t, "--src-type", types(t.value()))));
        match.destination().ifPresent(t -> text.append(option(t, "--dst-type", types(t.value()))));
        if (match.limitIn()) {
            text.append(" --limit-iface-in");
        }
        if (match.limitOut()) {
            text.append(" --limit-iface-out");
        }
        return text.toString();
    }

    @Override
    public String conntrack(final ConntrackMatch match) {
        final StringBuilder text = new StringBuilder("-m conntrack");
        match.states().ifPresent(s -> text.append(option(s, "--ctstate", StateNames.states(s.value()))));
        match.protocol()
                .ifPresent(p -> text.append(option(p, "--ctproto", p.value().toString())));
        address(match, TuplePart.ORIGINAL_SOURCE, "--ctorigsrc", text);
        address(match, TuplePart.ORIGINAL_DESTINATION, "--ctorigdst", text);
        address(match, TuplePart.REPLY_SOURCE, "--ctreplsrc", text);
        address(match, TuplePart.REPLY_DESTINATION, "--ctrepldst", text);
        port(match, TuplePart.ORIGINAL_SOURCE, "--ctorigsrcport", text);
        port(match, TuplePart.ORIGINAL_DESTINATION, "--ctorigdstport", text);
        port(match, TuplePart.REPLY_SOURCE, "--ctreplsrcport", text);
        port(match, TuplePart.REPLY_DESTINATION, "--ctrepldstport", text);
        match.status().ifPresent(s -> text.append(option(s, "--ctstatus", StateNames.status(s.value()))));
        match.expires()
                .ifPresent(e -> text.append(option(
                        e,
                        "--ctexpire",
                        e.value().low() == e.value().high()
                                ? Long.toString(e.value().low())
                                : e.value().low() + ":" + e.value().high())));
        match.replyDirection()
                .ifPresent(d -> text.append(" --ctdir ").append(d.value() != d.inverted() ? "REPLY" : "ORIGINAL"));
        return text.toString();
    }

    private static void address(
            final ConntrackMatch match, final TuplePart part, final String name, final StringBuilder text) {
        Optional.ofNullable(match.addresses().get(part))
                .ifPresent(a -> text.append(option(a, name, stored(a.value()))));
    }

    /** A whole address without its prefix, as libxt_conntrack prints it. */
    private static String stored(final AddressMask mask) {
        return mask.mask().prefixLength() == mask.mask().family().bits()
                ? mask.value().toString()
                : mask.toString();
    }

    private static void port(
            final ConntrackMatch match, final TuplePart part, final String name, final StringBuilder text) {
        Optional.ofNullable(match.ports().get(part)).ifPresent(p -> text.append(option(p, name, range(p.value()))));
    }

    @Override
    public String mark(final Match.Mark match) {
        return "-m mark" + option(match.inverted(), "--mark", RuleWriter.mark(match.value(), match.mask()));
    }

    @Override
    public String connmark(final Match.Connmark match) {
        return "-m connmark" + option(match.inverted(), "--mark", RuleWriter.mark(match.value(), match.mask()));
    }

    @Override
    public String stateful(final Match.Stateful match) {
        return match.spec().accept(new StateWriter(family));
    }

    @Override
    public String length(final Match.Length match) {
        final String range =
                match.low() == match.high() ? Integer.toString(match.low()) : match.low() + ":" + match.high();
        return "-m length" + option(match.inverted(), "--length", range);
    }

    @Override
    public String hopLimit(final Match.HopLimit match) {
        final String name = family == Family.IPV4 ? "ttl" : "hl";
        return "-m " + name
                + switch (match.comparison()) {
                    case EQUAL -> " --" + name + "-eq ";
                    case NOT_EQUAL -> " ! --" + name + "-eq ";
                    case BELOW -> " --" + name + "-lt ";
                    case ABOVE -> " --" + name + "-gt ";
                }
                + match.value();
    }

    @Override
    public String dscp(final Match.Dscp match) {
        return "-m dscp" + option(match.inverted(), "--dscp", String.format("0x%02x", match.value()));
    }

    @Override
    public String tos(final Match.Tos match) {
        return "-m tos"
                + option(match.inverted(), "--tos", String.format("0x%02x/0x%02x", match.value(), match.mask()));
    }

    @Override
    public String owner(final Match.Owner match) {
        final StringBuilder text = new StringBuilder("-m owner");
        match.socketExists().ifPresent(s -> text.append(s.inverted() ? " ! --socket-exists" : " --socket-exists"));
        match.user().ifPresent(u -> text.append(option(u, "--uid-owner", ids(u.value()))));
        match.group().ifPresent(g -> text.append(option(g, "--gid-owner", ids(g.value()))));
        return text.toString();
    }

    @Override
    public String mac(final Match.Mac match) {
        final StringBuilder address = new StringBuilder();
        for (int shift = 40; shift >= 0; shift -= 8) {
            address.append(String.format("%02x", match.address() >>> shift & 0xFF))
                    .append(shift == 0 ? "" : ":");
        }
        return "-m mac" + option(match.inverted(), "--mac-source", address.toString());
    }

    @Override
    public String packetType(final Match.PacketType match) {
        final String type = switch (match.type()) {
            case 0 -> "unicast";
            case 1 -> "broadcast";
            case 2 -> "multicast";
            default -> throw new IllegalArgumentException("packet type " + match.type());
        };
        return "-m pkttype" + option(match.inverted(), "--pkt-type", type);
    }

    @Override
    public String tcpMss(final Match.TcpMss match) {
        final String range =
                match.low() == match.high() ? Integer.toString(match.low()) : match.low() + ":" + match.high();
        return "-m tcpmss" + option(match.inverted(), "--mss", range);
    }

    @Override
    public String reversePath(final Match.ReversePath match) {
        return "-m rpfilter"
                + (match.loose() ? " --loose" : "")
                + (match.validMark() ? " --validmark" : "")
                + (match.acceptLocal() ? " --accept-local" : "")
                + (match.inverted() ? " --invert" : "");
    }

    private static String ports(final String name, final Invertible<PortRange> test) {
        return option(test, name, range(test.value()));
    }

    static String option(final Invertible<?> test, final String name, final String value) {
        return option(test.inverted(), name, value);
    }

    static String option(final boolean inverted, final String name, final String value) {
        return (inverted ? " ! " : " ") + name + " " + value;
    }

    private static String range(final PortRange ports) {
        return ports.isSingle() ? Integer.toString(ports.low()) : ports.low() + ":" + ports.high();
    }

    private static String range(final AddressRange range) {
        return range.low() + "-" + range.high();
    }

    private static String ids(final Match.IdRange ids) {
        return ids.low() == ids.high() ? Long.toString(ids.low()) : ids.low() + "-" + ids.high();
    }

    private static String types(final Set<AddressType> types) {
        return types.stream().sorted().map(AddressType::name).collect(Collectors.joining(","));
    }
}
