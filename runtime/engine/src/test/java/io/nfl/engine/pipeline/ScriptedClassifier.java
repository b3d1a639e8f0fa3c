// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.pipeline;

import io.nfl.api.classify.Classifier;
import io.nfl.api.classify.HopLimitOperation;
import io.nfl.api.classify.NatRange;
import io.nfl.api.classify.RejectWith;
import io.nfl.api.classify.RuleLayout;
import io.nfl.api.classify.Targets;
import io.nfl.api.net.AddressRange;
import io.nfl.api.net.Hook;
import io.nfl.api.net.IpAddress;
import io.nfl.api.net.PortRange;
import io.nfl.api.net.Table;
import io.nfl.api.net.Verdict;
import io.nfl.api.packet.PacketView;
import io.nfl.engine.packet.Packet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Rules written down in words; says what each chain is shown. */
final class ScriptedClassifier extends Classifier {
    private final List<Rule> rules;
    private final Consumer<String> log;

    /** @param protocol empty: any packet */
    private record Rule(Table table, Hook hook, String protocol, List<String> action) {}

    /**
     * @param lines {@code TABLE HOOK [of PROTOCOL] ACTION}
     * @param tracked whether one of them wants conntrack
     */
    ScriptedClassifier(
            final Set<Table> tables, final boolean tracked, final List<String> lines, final Consumer<String> log) {
        super(new RuleLayout(List.of()), tables, new Requirements(tracked, tracked), List.of());
        this.rules = lines.stream().map(ScriptedClassifier::rule).toList();
        this.log = log;
    }

    private static Rule rule(final String line) {
        final List<String> words = List.of(line.split("\\s+"));
        final boolean chosen = words.get(2).equals("of");
        return new Rule(
                Table.valueOf(words.get(0).toUpperCase(java.util.Locale.ROOT)),
                Hook.valueOf(words.get(1)),
                chosen ? words.get(3) : "",
                words.subList(chosen ? 4 : 2, words.size()));
    }

    @Override
    public int classify(final Table table, final Hook hook, final PacketView view, final Targets targets) {
        final Packet packet = (Packet) view;
        final String told = PacketText.tell(packet);
        log.accept(table.label() + " " + hook + " " + device(packet.in()) + ">" + device(packet.out()) + " " + told
                + state(packet));
        for (final Rule rule : rules) {
            if (rule.table() == table && rule.hook() == hook && told.startsWith(rule.protocol())) {
                final int verdict = act(rule.action(), targets);
                if (verdict != Verdict.CONTINUE) {
                    return verdict;
                }
            }
        }
        return Verdict.ACCEPT;
    }

    private static String device(final String name) {
        return name.isEmpty() ? "-" : name;
    }

    private String state(final Packet packet) {
        return (requirements().conntrack() ? " " + Recorder.state(packet) : "")
                + (packet.mark() == 0 ? "" : " mark " + packet.mark())
                + (packet.hasSocketFile() ? " uid " + packet.socketUid() : "");
    }

    private static int act(final List<String> action, final Targets targets) {
        final String value = action.size() > 1 ? action.get(1) : "";
        switch (action.get(0)) {
            case "mark" -> targets.mark(Integer.parseInt(value), -1);
            case "tos" -> targets.tos(Integer.parseInt(value), 0xFF);
            case "notrack" -> targets.noTrack();
            case "tee" -> targets.copy(IpAddress.parse(value), "");
            case "drop" -> {
                return Verdict.DROP;
            }
            case "ttl" -> {
                return targets.hopLimit(HopLimitOperation.SET, Integer.parseInt(value));
            }
            case "snat" -> {
                return targets.snat(range(value));
            }
            case "dnat" -> {
                return targets.dnat(range(value));
            }
            case "masquerade" -> {
                return targets.masquerade(NatRange.UNSPECIFIED);
            }
            case "reject" -> {
                return targets.reject(RejectWith.valueOf(value));
            }
            default -> throw new IllegalArgumentException("no action " + action);
        }
        return Verdict.CONTINUE;
    }

    /** {@code A} or {@code A/port}. */
    private static NatRange range(final String text) {
        final String[] parts = text.split("/");
        final IpAddress address = IpAddress.parse(parts[0]);
        return NatRange.to(
                new AddressRange(address, address),
                parts.length == 1 ? Optional.empty() : Optional.of(PortRange.of(Integer.parseInt(parts[1]))));
    }
}
