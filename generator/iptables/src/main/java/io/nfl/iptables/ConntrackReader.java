// SPDX-License-Identifier: Apache-2.0
package io.nfl.iptables;

import io.nfl.api.net.AddressMask;
import io.nfl.api.net.ConntrackState;
import io.nfl.api.net.Family;
import io.nfl.ir.ConntrackMatch;
import io.nfl.ir.ConntrackMatch.TuplePart;
import io.nfl.ir.Invertible;
import io.nfl.ir.Match;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** libxt_conntrack, and {@code -m state}, which the kernel knows as the same match. */
final class ConntrackReader implements MatchReader {
    private static final Map<String, TuplePart> ADDRESSES = Map.of(
            "--ctorigsrc", TuplePart.ORIGINAL_SOURCE,
            "--ctorigdst", TuplePart.ORIGINAL_DESTINATION,
            "--ctreplsrc", TuplePart.REPLY_SOURCE,
            "--ctrepldst", TuplePart.REPLY_DESTINATION);
    private static final Map<String, TuplePart> PORTS = Map.of(
            "--ctorigsrcport", TuplePart.ORIGINAL_SOURCE,
            "--ctorigdstport", TuplePart.ORIGINAL_DESTINATION,
            "--ctreplsrcport", TuplePart.REPLY_SOURCE,
            "--ctrepldstport", TuplePart.REPLY_DESTINATION);

    private final Family family;
    private ConntrackMatch match = ConntrackMatch.EMPTY;

    ConntrackReader(final Family family) {
        this.family = family;
    }

    @Override
    public boolean option(final String name, final boolean inverted, final Words words) throws Refusal {
        if (ADDRESSES.containsKey(name)) {
            final String text = words.value(name);
            final AddressMask mask = Values.addressMask(family, text);
            if (mask.mask().prefixLength() < 0) {
                throw Refusal.unsupported(
                        "`" + name + " " + text + "`: iptables forgets a mask that is no prefix here");
            }
            match = match.withAddress(ADDRESSES.get(name), new Invertible<>(mask, inverted));
            return true;
        }
        if (PORTS.containsKey(name)) {
            match = match.withPorts(
                    PORTS.get(name), new Invertible<>(Values.ports("tcp", words.value(name), ':'), inverted));
            return true;
        }
        switch (name) {
            case "--ctstate", "--state" ->
                match = match.withStates(new Invertible<>(states(words.value(name)), inverted));
            case "--ctproto" ->
                match = match.withProtocol(new Invertible<>(Values.protocol(words.value(name)), inverted));
            case "--ctstatus" -> match = match.withStatus(new Invertible<>(status(words.value(name)), inverted));
            case "--ctexpire" -> match = match.withExpires(new Invertible<>(seconds(words.value(name)), inverted));
            case "--ctdir" -> match = match.withReplyDirection(new Invertible<>(reply(words.value(name)), inverted));
            default -> {
                return false;
            }
        }
        return true;
    }

    private static Set<ConntrackState> states(final String list) throws Refusal {
        final Set<ConntrackState> states = EnumSet.noneOf(ConntrackState.class);
        for (final String name : list.split(",", -1)) {
            try {
                states.add(ConntrackState.valueOf(name.toUpperCase(Locale.ROOT)));
            } catch (final IllegalArgumentException e) {
                throw Refusal.syntax("`" + name + "` is no conntrack state");
            }
        }
        return states;
    }

    private static Set<ConntrackMatch.Status> status(final String list) throws Refusal {
        final Set<ConntrackMatch.Status> status = EnumSet.noneOf(ConntrackMatch.Status.class);
        for (final String name : list.split(",", -1)) {
            try {
                status.add(ConntrackMatch.Status.valueOf(name.toUpperCase(Locale.ROOT)));
            } catch (final IllegalArgumentException e) {
                throw Refusal.syntax("`" + name + "` is no conntrack status");
            }
        }
        return status;
    }

    private static ConntrackMatch.Seconds seconds(final String text) throws Refusal {
        final Values.Span span = Values.span(text, 0xFFFF_FFFFL);
        return new ConntrackMatch.Seconds(span.low(), span.high());
    }

    private static boolean reply(final String direction) throws Refusal {
        final String name = direction.toUpperCase(Locale.ROOT);
        if (!name.equals("ORIGINAL") && !name.equals("REPLY")) {
            throw Refusal.syntax("`" + direction + "` is no direction: ORIGINAL or REPLY");
        }
        return name.equals("REPLY");
    }

    @Override
    public Optional<Match> finish() throws Refusal {
        if (match.equals(ConntrackMatch.EMPTY)) {
            throw Refusal.syntax("conntrack needs an option");
        }
        return Optional.of(match);
    }
}
