// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.state;

import io.nfl.api.classify.RuleState;
import io.nfl.api.classify.StateSpec;
import io.nfl.api.host.KernelProfile;
import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.api.net.IpProtocol;
import io.nfl.api.packet.Ipv4Header;
import io.nfl.engine.CaseWords;
import io.nfl.engine.NoRoutes;
import io.nfl.engine.choice.SeededChooser;
import io.nfl.engine.clock.SettableClock;
import io.nfl.engine.conntrack.Conntrack;
import io.nfl.engine.conntrack.ConntrackSettings;
import io.nfl.engine.packet.HeaderWriter;
import io.nfl.engine.packet.Packet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * One case: {@code state NAME SPEC}, then {@code ask NAME [times N] [from A] [to A] [port P] [len N] [ttl N]} and
 * {@code wait MILLISECONDS}. Answers are letters: {@code +} it matches, {@code -} it does not, {@code x} the packet is
 * dropped.
 */
final class StateCase {
    private static final long NANOS_PER_MILLI = 1_000_000L;

    private final SettableClock clock = new SettableClock();
    private final Turn turn = new Turn();
    private final Map<String, RuleState> states = new HashMap<>();
    private final RuleStates maker;

    private StateCase(final KernelProfile kernel) {
        final Conntrack conntrack = new Conntrack(new ConntrackSettings(), clock, 1);
        maker = new RuleStates(clock, new SeededChooser(1), conntrack, kernel, turn);
    }

    /** The lines of a case, with the answers instead of what the case says. */
    static List<String> replay(final List<String> lines) {
        final boolean nft = lines.get(0).endsWith(" (nft)");
        final KernelProfile measured = KernelProfile.MEASURED;
        final StateCase run = new StateCase(
                nft ? new KernelProfile(measured.version(), KernelProfile.BackEnd.NFT, measured.hz()) : measured);
        final List<String> out = new ArrayList<>();
        for (final String line : lines) {
            if (!line.startsWith("|")) {
                out.add(line);
                final String told = line.startsWith("  ") ? run.line(new CaseWords(line)) : "";
                if (!told.isEmpty()) {
                    out.add("| " + told);
                }
            }
        }
        return out;
    }

    private String line(final CaseWords words) {
        switch (words.next()) {
            case "state" -> states.put(words.next(), maker.make(spec(words), Family.IPV4));
            case "wait" -> clock.advance(Long.parseLong(words.next()) * NANOS_PER_MILLI);
            case "ask" -> {
                return ask(words);
            }
            default -> throw new IllegalArgumentException("no such line");
        }
        return "";
    }

    private String ask(final CaseWords words) {
        final RuleState state = Objects.requireNonNull(states.get(words.next()));
        final int times = words.number("times", 1);
        final Packet packet = packet(words);
        final StringBuilder told = new StringBuilder();
        for (int i = 0; i < times; i++) {
            turn.next();
            final int result = state.test(packet);
            told.append(result == RuleState.HIT ? '+' : result == RuleState.MISS ? '-' : 'x');
        }
        return told.toString();
    }

    private static Packet packet(final CaseWords words) {
        final Packet packet = new Packet(NoRoutes.VIEW);
        final int length = words.number("len", 28);
        HeaderWriter.ipv4(
                packet,
                length,
                0,
                1,
                0,
                words.number("ttl", 64),
                IpProtocol.of(words.number("proto", IpProtocol.UDP.number()))
                        .orElseThrow()
                        .number(),
                IpAddress.parse(words.option("from", "192.0.2.1")).bits32(),
                IpAddress.parse(words.option("to", "198.51.100.1")).bits32());
        packet.putShort(Ipv4Header.MIN_LENGTH, 4000);
        packet.putShort(Ipv4Header.MIN_LENGTH + 2, words.number("port", 53));
        return packet;
    }

    private static StateSpec spec(final CaseWords words) {
        final String kind = words.next();
        return switch (kind) {
            case "limit" ->
                new StateSpec.Limit(Long.parseLong(words.next()), words.number("per", 1), words.number("burst", 5));
            case "nth" -> new StateSpec.Nth(Long.parseLong(words.next()), words.number("packet", 0), words.flag("not"));
            case "quota" -> new StateSpec.Quota(Long.parseLong(words.next()), words.flag("not"));
            case "hashlimit" -> hashLimit(words);
            case "connlimit" ->
                new StateSpec.ConnLimit(
                        Long.parseLong(words.next()),
                        words.flag("upto"),
                        IpAddress.mask(Family.IPV4, words.number("mask", 32)),
                        true);
            case "recent" -> recent(words);
            default -> throw new IllegalArgumentException("no state " + kind);
        };
    }

    private static StateSpec hashLimit(final CaseWords words) {
        final Set<StateSpec.Key> keys = EnumSet.noneOf(StateSpec.Key.class);
        for (final String key : words.option("by", "SOURCE").split(",")) {
            keys.add(StateSpec.Key.valueOf(key));
        }
        return new StateSpec.HashLimit(
                words.option("name", "t"),
                keys,
                words.flag("above"),
                Long.parseLong(words.next()),
                words.number("per", 1),
                words.number("burst", 5),
                words.number("mask", 32),
                32,
                words.number("size", 0),
                words.number("max", 0),
                Duration.ofMillis(words.number("expire", 10_000)),
                Duration.ofMillis(words.number("collect", 1000)));
    }

    private static StateSpec recent(final CaseWords words) {
        return new StateSpec.Recent(
                words.option("name", "r"),
                StateSpec.RecentOperation.valueOf(words.next().toUpperCase(Locale.ROOT)),
                words.number("seconds", 0),
                words.number("hits", 0),
                words.flag("reap"),
                words.flag("rttl"),
                !words.flag("dest"),
                IpAddress.mask(Family.IPV4, words.number("mask", 32)),
                words.flag("not"));
    }
}
