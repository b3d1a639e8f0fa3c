// SPDX-License-Identifier: Apache-2.0
package io.nfl.iptables;

import io.nfl.api.classify.CtTemplate;
import io.nfl.api.classify.HopLimitOperation;
import io.nfl.api.classify.LogParameters;
import io.nfl.api.classify.RejectWith;
import io.nfl.api.classify.Targets;
import io.nfl.api.net.Family;
import io.nfl.ir.Target;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads {@code -j NAME …}: first all options, then the target they make. */
final class TargetReader {
    private final Family family;
    private final String name;
    private final Map<String, String> options = new HashMap<>();

    TargetReader(final Family family, final String name) {
        this.family = family;
        this.name = name;
    }

    /** Takes an option of this target with its value, if it is one. */
    boolean option(final String option, final Words words) throws Refusal {
        final Optional<Boolean> hasValue = TargetOptions.hasValue(name, option);
        if (hasValue.isEmpty()) {
            return false;
        }
        if (options.containsKey(option)) {
            throw Refusal.syntax("`" + option + "` stands twice");
        }
        options.put(option, hasValue.get() ? words.value(option) : "");
        return true;
    }

    Target finish() throws Refusal {
        return switch (name) {
            case "ACCEPT" -> new Target.Accept();
            case "DROP" -> new Target.Drop();
            case "RETURN" -> new Target.Return();
            case "REJECT" -> new Target.Reject(rejectWith());
            case "LOG" -> new Target.Log(log());
            case "NFLOG" -> nflog();
            case "MASQUERADE" -> new Target.Masquerade(NatRanges.ports(options));
            case "SNAT" -> new Target.Snat(NatRanges.mapping(family, options, "--to-source"));
            case "DNAT" -> new Target.Dnat(NatRanges.mapping(family, options, "--to-destination"));
            case "REDIRECT" -> new Target.Redirect(NatRanges.ports(options));
            case "NETMAP" -> new Target.Netmap(Values.prefix(family, required("--to")));
            case "MARK" -> mark();
            case "CONNMARK" -> connmark();
            case "TTL" -> hopLimit("--ttl");
            case "HL" -> hopLimit("--hl");
            case "DSCP" -> dscp();
            case "TOS" -> tos();
            case "TCPMSS" -> tcpMss();
            case "NOTRACK" -> new Target.NoTrack();
            case "CT" -> track();
            case "TRACE" -> new Target.Trace();
            case "CLASSIFY" -> classify();
            case "TEE" ->
                new Target.Copy(Values.address(family, required("--gateway")), options.getOrDefault("--oif", ""));
            default -> throw new IllegalStateException("no reader of the target " + name);
        };
    }

    private Optional<String> get(final String option) {
        return Optional.ofNullable(options.get(option));
    }

    private String required(final String option) throws Refusal {
        final Optional<String> value = get(option);
        if (value.isEmpty()) {
            throw Refusal.syntax(name + " needs `" + option + "`");
        }
        return value.get();
    }

    private RejectWith rejectWith() throws Refusal {
        final Optional<String> given = get("--reject-with");
        if (given.isEmpty()) {
            return RejectWith.PORT_UNREACHABLE;
        }
        final String with = given.get();
        for (final RejectWith each : RejectWith.values()) {
            if (each.iptablesLabel(family).filter(with::equals).isPresent()) {
                return each;
            }
        }
        return switch (family) {
            case IPV4 -> ipv4Alias(with);
            case IPV6 -> ipv6Alias(with);
        };
    }

    private static RejectWith ipv4Alias(final String with) throws Refusal {
        return switch (with) {
            case "net-unreach" -> RejectWith.NET_UNREACHABLE;
            case "host-unreach" -> RejectWith.HOST_UNREACHABLE;
            case "proto-unreach" -> RejectWith.PROTO_UNREACHABLE;
            case "port-unreach" -> RejectWith.PORT_UNREACHABLE;
            case "net-prohib" -> RejectWith.NET_PROHIBITED;
            case "host-prohib" -> RejectWith.HOST_PROHIBITED;
            case "admin-prohib" -> RejectWith.ADMIN_PROHIBITED;
            case "tcp-rst" -> RejectWith.TCP_RESET;
            default -> throw Refusal.syntax("REJECT does not answer with `" + with + "`");
        };
    }

    private static RejectWith ipv6Alias(final String with) throws Refusal {
        return switch (with) {
            case "no-route" -> RejectWith.NET_UNREACHABLE;
            case "adm-prohibited" -> RejectWith.ADMIN_PROHIBITED;
            case "addr-unreach" -> RejectWith.HOST_UNREACHABLE;
            case "port-unreach" -> RejectWith.PORT_UNREACHABLE;
            case "policy-fail" -> RejectWith.POLICY_FAIL;
            case "reject-route" -> RejectWith.REJECT_ROUTE;
            default -> throw Refusal.syntax("REJECT does not answer with `" + with + "`");
        };
    }

    private LogParameters log() throws Refusal {
        int flags = 0;
        for (final LogFlag flag : LogFlag.values()) {
            flags |= options.containsKey(flag.option()) ? flag.bit() : 0;
        }
        final String prefix = options.getOrDefault("--log-prefix", "");
        final int shown = Math.min(prefix.length(), LogParameters.MAX_PREFIX_LENGTH);
        return new LogParameters(
                LogLevels.parse(options.getOrDefault("--log-level", "4")), prefix.substring(0, shown), flags);
    }

    private Target nflog() throws Refusal {
        return new Target.Nflog(
                Values.integer(options.getOrDefault("--nflog-group", "0"), 0, 65_535),
                options.getOrDefault("--nflog-prefix", ""),
                Values.integer(options.getOrDefault("--nflog-size", "0"), 0, Integer.MAX_VALUE));
    }

    /** Userspace turns every form into one mask and one value (libxt_MARK.c). */
    private Target mark() throws Refusal {
        if (get("--set-mark").isPresent()) {
            final Values.Masked mark = Values.masked(required("--set-mark"));
            return new Target.Mark(mark.value(), mark.value() | mark.mask());
        }
        if (get("--set-xmark").isPresent()) {
            final Values.Masked mark = Values.masked(required("--set-xmark"));
            return new Target.Mark(mark.value(), mark.mask());
        }
        if (get("--and-mark").isPresent()) {
            return new Target.Mark(0, ~Values.masked(required("--and-mark")).value());
        }
        if (get("--or-mark").isPresent()) {
            final int bits = Values.masked(required("--or-mark")).value();
            return new Target.Mark(bits, bits);
        }
        return new Target.Mark(Values.masked(required("--xor-mark")).value(), 0);
    }

    private Target connmark() throws Refusal {
        if (get("--save-mark").isPresent() || get("--restore-mark").isPresent()) {
            final String both = options.getOrDefault("--mask", "0xffffffff");
            final int packetMask =
                    Values.masked(options.getOrDefault("--nfmask", both)).value();
            final int ctMask =
                    Values.masked(options.getOrDefault("--ctmask", both)).value();
            return get("--save-mark").isPresent()
                    ? new Target.SaveMark(packetMask, ctMask)
                    : new Target.RestoreMark(packetMask, ctMask);
        }
        if (get("--set-mark").isPresent()) {
            final Values.Masked mark = Values.masked(required("--set-mark"));
            return new Target.SetConnmark(mark.value(), mark.value() | mark.mask());
        }
        if (get("--set-xmark").isPresent()) {
            final Values.Masked mark = Values.masked(required("--set-xmark"));
            return new Target.SetConnmark(mark.value(), mark.mask());
        }
        if (get("--and-mark").isPresent()) {
            return new Target.SetConnmark(
                    0, ~Values.masked(required("--and-mark")).value());
        }
        if (get("--or-mark").isPresent()) {
            final int bits = Values.masked(required("--or-mark")).value();
            return new Target.SetConnmark(bits, bits);
        }
        return new Target.SetConnmark(Values.masked(required("--xor-mark")).value(), 0);
    }

    private Target hopLimit(final String prefix) throws Refusal {
        if (get(prefix + "-set").isPresent()) {
            return new Target.HopLimit(HopLimitOperation.SET, Values.integer(required(prefix + "-set"), 0, 255));
        }
        if (get(prefix + "-inc").isPresent()) {
            return new Target.HopLimit(HopLimitOperation.INCREMENT, Values.integer(required(prefix + "-inc"), 1, 255));
        }
        return new Target.HopLimit(HopLimitOperation.DECREMENT, Values.integer(required(prefix + "-dec"), 1, 255));
    }

    private Target dscp() throws Refusal {
        return new Target.Dscp(
                get("--set-dscp-class").isPresent()
                        ? TosValues.dscp(required("--set-dscp-class"))
                        : Values.integer(required("--set-dscp"), 0, 63));
    }

    private Target tos() throws Refusal {
        if (get("--and-tos").isPresent()) {
            return new Target.Tos(0, ~Values.integer(required("--and-tos"), 0, 255) & 0xFF);
        }
        if (get("--or-tos").isPresent()) {
            final int bits = Values.integer(required("--or-tos"), 0, 255);
            return new Target.Tos(bits, bits);
        }
        if (get("--xor-tos").isPresent()) {
            return new Target.Tos(Values.integer(required("--xor-tos"), 0, 255), 0);
        }
        final TosValues.Masked tos = TosValues.target(required("--set-tos"));
        return new Target.Tos(tos.value(), tos.mask());
    }

    private Target tcpMss() throws Refusal {
        return new Target.TcpMss(
                get("--clamp-mss-to-pmtu").isPresent()
                        ? Targets.CLAMP_TO_PMTU
                        : Values.integer(required("--set-mss"), 1, 0xFFFF));
    }

    private Target track() throws Refusal {
        if (get("--notrack").isPresent()) {
            return new Target.NoTrack();
        }
        if (get("--ctevents").isPresent() || get("--expevents").isPresent()) {
            throw Refusal.unsupported("CT's event masks are not supported yet");
        }
        CtTemplate.ZoneDirection direction = CtTemplate.ZoneDirection.BOTH;
        int zone = 0;
        for (final CtTemplate.ZoneDirection each : CtTemplate.ZoneDirection.values()) {
            final String option = each == CtTemplate.ZoneDirection.BOTH
                    ? "--zone"
                    : each == CtTemplate.ZoneDirection.ORIGINAL ? "--zone-orig" : "--zone-reply";
            if (get(option).isPresent()) {
                zone = Values.integer(required(option), 0, 65_535);
                direction = each;
            }
        }
        return new Target.Track(new CtTemplate(zone, direction, get("--helper"), get("--timeout")));
    }

    private Target classify() throws Refusal {
        final String text = required("--set-class").toLowerCase(Locale.ROOT);
        if (!text.matches("[0-9a-f]{1,4}:[0-9a-f]{1,4}")) {
            throw Refusal.syntax("`" + text + "` is no class: MAJOR:MINOR in hexadecimal");
        }
        final int colon = text.indexOf(':');
        return new Target.Classify(
                Integer.parseInt(text.substring(0, colon), 16) << 16 | Integer.parseInt(text.substring(colon + 1), 16));
    }
}
