// SPDX-License-Identifier: Apache-2.0
package io.nfl.iptables;

import io.nfl.api.classify.LogParameters;
import io.nfl.api.classify.NatRange;
import io.nfl.api.classify.Targets;
import io.nfl.api.net.AddressRange;
import io.nfl.api.net.Family;
import io.nfl.api.net.PortRange;
import io.nfl.ir.Target;

/** {@code -j …} as iptables-save spells it; the empty string for no target. */
final class TargetWriter implements Target.Visitor<String> {
    private static final int LOG_DEFAULT_LEVEL = 4;

    private final Family family;

    TargetWriter(final Family family) {
        this.family = family;
    }

    @Override
    public String accept(final Target.Accept target) {
        return "-j ACCEPT";
    }

    @Override
    public String drop(final Target.Drop target) {
        return "-j DROP";
    }

    @Override
    public String returns(final Target.Return target) {
        return "-j RETURN";
    }

    @Override
    public String continues(final Target.Continue target) {
        return "";
    }

    @Override
    public String jump(final Target.Jump target) {
        return "-j " + target.chain();
    }

    @Override
    public String goTo(final Target.Goto target) {
        return "-g " + target.chain();
    }

    @Override
    public String reject(final Target.Reject target) {
        final String with = target.with()
                .iptablesLabel(family)
                .orElseThrow(() -> new IllegalArgumentException(target.with() + " in a rule of " + family));
        return "-j REJECT --reject-with " + with;
    }

    @Override
    public String log(final Target.Log target) {
        final LogParameters parameters = target.parameters();
        final StringBuilder text = new StringBuilder("-j LOG");
        if (!parameters.prefix().isEmpty()) {
            text.append(" --log-prefix ").append(Quoting.quote(parameters.prefix()));
        }
        if (parameters.level() != LOG_DEFAULT_LEVEL) {
            text.append(" --log-level ").append(parameters.level());
        }
        for (final LogFlag flag : LogFlag.values()) {
            if ((parameters.flags() & flag.bit()) != 0) {
                text.append(' ').append(flag.option());
            }
        }
        return text.toString();
    }

    @Override
    public String nflog(final Target.Nflog target) {
        final StringBuilder text = new StringBuilder("-j NFLOG");
        if (!target.prefix().isEmpty()) {
            text.append(" --nflog-prefix ").append(Quoting.quote(target.prefix()));
        }
        if (target.group() != 0) {
            text.append(" --nflog-group ").append(target.group());
        }
        if (target.bytes() != 0) {
            text.append(" --nflog-size ").append(target.bytes());
        }
        return text.toString();
    }

    @Override
    public String masquerade(final Target.Masquerade target) {
        return "-j MASQUERADE" + ports(target.range()) + flags(target.range());
    }

    @Override
    public String snat(final Target.Snat target) {
        return "-j SNAT --to-source " + mapping(target.range()) + flags(target.range());
    }

    @Override
    public String dnat(final Target.Dnat target) {
        return "-j DNAT --to-destination " + mapping(target.range()) + flags(target.range());
    }

    @Override
    public String redirect(final Target.Redirect target) {
        return "-j REDIRECT" + ports(target.range()) + flags(target.range());
    }

    @Override
    public String netmap(final Target.Netmap target) {
        return "-j NETMAP --to " + target.network();
    }

    @Override
    public String mark(final Target.Mark target) {
        return "-j MARK --set-xmark " + RuleWriter.hex(target.value()) + "/" + RuleWriter.hex(target.mask());
    }

    @Override
    public String setConnmark(final Target.SetConnmark target) {
        return "-j CONNMARK --set-xmark " + RuleWriter.hex(target.value()) + "/" + RuleWriter.hex(target.mask());
    }

    @Override
    public String saveMark(final Target.SaveMark target) {
        return "-j CONNMARK --save-mark --nfmask " + RuleWriter.hex(target.packetMask()) + " --ctmask "
                + RuleWriter.hex(target.ctMask());
    }

    @Override
    public String restoreMark(final Target.RestoreMark target) {
        return "-j CONNMARK --restore-mark --nfmask " + RuleWriter.hex(target.packetMask()) + " --ctmask "
                + RuleWriter.hex(target.ctMask());
    }

    @Override
    public String hopLimit(final Target.HopLimit target) {
        final String name = family == Family.IPV4 ? "TTL --ttl" : "HL --hl";
        final String operation = switch (target.operation()) {
            case SET -> "set";
            case INCREMENT -> "inc";
            case DECREMENT -> "dec";
        };
        return "-j " + name + "-" + operation + " " + target.value();
    }

    @Override
    public String dscp(final Target.Dscp target) {
        return "-j DSCP --set-dscp " + String.format("0x%02x", target.dscp());
    }

    @Override
    public String tos(final Target.Tos target) {
        return "-j TOS --set-tos " + String.format("0x%02x/0x%02x", target.value(), target.mask());
    }

    @Override
    public String tcpMss(final Target.TcpMss target) {
        return target.mss() == Targets.CLAMP_TO_PMTU
                ? "-j TCPMSS --clamp-mss-to-pmtu"
                : "-j TCPMSS --set-mss " + target.mss();
    }

    @Override
    public String noTrack(final Target.NoTrack target) {
        return "-j CT --notrack";
    }

    @Override
    public String track(final Target.Track target) {
        final StringBuilder text = new StringBuilder("-j CT");
        target.template().helper().ifPresent(h -> text.append(" --helper ").append(Quoting.quote(h)));
        target.template().timeout().ifPresent(t -> text.append(" --timeout ").append(Quoting.quote(t)));
        if (target.template().zone() != 0) {
            text.append(
                            switch (target.template().zoneDirection()) {
                                case BOTH -> " --zone ";
                                case ORIGINAL -> " --zone-orig ";
                                case REPLY -> " --zone-reply ";
                            })
                    .append(target.template().zone());
        }
        return text.toString();
    }

    @Override
    public String trace(final Target.Trace target) {
        return "-j TRACE";
    }

    @Override
    public String classify(final Target.Classify target) {
        return String.format("-j CLASSIFY --set-class %04x:%04x", target.priority() >>> 16, target.priority() & 0xFFFF);
    }

    @Override
    public String copy(final Target.Copy target) {
        return "-j TEE --gateway " + target.gateway() + (target.device().isEmpty() ? "" : " --oif " + target.device());
    }

    private static String mapping(final NatRange range) {
        final StringBuilder text = new StringBuilder();
        range.addresses().ifPresent(a -> text.append(addresses(a, range.ports().isPresent())));
        range.ports().ifPresent(p -> text.append(':').append(range(p)));
        range.basePort().ifPresent(p -> text.append('/').append(p));
        return text.toString();
    }

    private static String addresses(final AddressRange range, final boolean portsFollow) {
        final String text =
                range.low().equals(range.high()) ? range.low().toString() : range.low() + "-" + range.high();
        return portsFollow && range.low().family() == Family.IPV6 ? "[" + text + "]" : text;
    }

    private static String ports(final NatRange range) {
        return range.ports().map(p -> " --to-ports " + range(p)).orElse("");
    }

    private static String range(final PortRange ports) {
        return ports.isSingle() ? Integer.toString(ports.low()) : ports.low() + "-" + ports.high();
    }

    private static String flags(final NatRange range) {
        return (range.random() ? " --random" : "")
                + (range.fullyRandom() ? " --random-fully" : "")
                + (range.persistent() ? " --persistent" : "");
    }
}
