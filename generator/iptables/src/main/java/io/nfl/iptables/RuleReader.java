// SPDX-License-Identifier: Apache-2.0
package io.nfl.iptables;

import io.nfl.api.net.Family;
import io.nfl.api.net.IpProtocol;
import io.nfl.diag.Span;
import io.nfl.ir.DevicePattern;
import io.nfl.ir.Invertible;
import io.nfl.ir.IpHeaderMatch;
import io.nfl.ir.Match;
import io.nfl.ir.Rule;
import io.nfl.ir.RuleOrigin;
import io.nfl.ir.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads what stands behind {@code -A chain}: one rule. */
final class RuleReader {
    private static final int MAX_COMMENT = 255;

    private final Family family;
    private final Words words;
    private final List<MatchReader> readers = new ArrayList<>();
    private IpHeaderMatch header = IpHeaderMatch.ANY;
    private String protocol = "";
    private boolean protocolOpened;
    private Optional<String> comment = Optional.empty();
    private Optional<TargetReader> target = Optional.empty();
    private Optional<Target> call = Optional.empty();

    private RuleReader(final Family family, final Words words) {
        this.family = family;
        this.words = words;
    }

    static Rule read(final Family family, final Span span, final Words words) throws Refusal {
        return new RuleReader(family, words).rule(span);
    }

    private Rule rule(final Span span) throws Refusal {
        while (words.hasNext()) {
            final boolean inverted = words.take("!");
            if (!words.hasNext()) {
                throw Refusal.syntax("nothing stands after `!`");
            }
            final String option = words.next();
            if (!headerOption(option, inverted) && !extensionOption(option, inverted)) {
                throw unknown(option);
            }
        }
        final List<Match> matches = new ArrayList<>();
        for (final MatchReader reader : readers) {
            reader.finish().ifPresent(matches::add);
        }
        final Target verdict;
        if (call.isPresent()) {
            verdict = call.get();
        } else {
            verdict = target.isPresent() ? target.get().finish() : new Target.Continue();
        }
        return new Rule(RuleOrigin.of(span), Optional.empty(), comment, header, matches, verdict);
    }

    private Refusal unknown(final String option) {
        return option.startsWith("-")
                ? Refusal.unsupported("the option `" + option + "` is not known here")
                : Refusal.syntax("`" + option + "` is no option");
    }

    private boolean headerOption(final String option, final boolean inverted) throws Refusal {
        switch (option) {
            case "-s", "--source", "--src" ->
                header = header.withSource(invertible(inverted, option, value -> Values.addressMask(family, value)));
            case "-d", "--destination", "--dst" ->
                header = header.withDestination(
                        invertible(inverted, option, value -> Values.addressMask(family, value)));
            case "-i", "--in-interface" -> header = header.withIn(device(inverted, option));
            case "-o", "--out-interface" -> header = header.withOut(device(inverted, option));
            case "-p", "--protocol", "--proto" -> protocol(inverted, option);
            case "-f", "--fragment" -> header = header.withFragment(inverted);
            case "-m", "--match" -> match(words.value(option));
            case "-j", "--jump" -> jump(words.value(option));
            case "-g", "--goto" -> call = Optional.of(new Target.Goto(words.value(option)));
            case "-c", "--set-counters" -> {
                words.value(option);
                words.value(option);
            }
            case "-4", "--ipv4", "-6", "--ipv6", "-w", "--wait" -> {}
            default -> {
                return false;
            }
        }
        return true;
    }

    /** Reads a value. */
    private interface Reading<T> {
        T read(String value) throws Refusal;
    }

    /** A value with {@code !} before the option; before the value iptables has long refused it. */
    private <T> Invertible<T> invertible(final boolean inverted, final String option, final Reading<T> reading)
            throws Refusal {
        return new Invertible<>(reading.read(words.value(option)), inverted);
    }

    private Invertible<DevicePattern> device(final boolean inverted, final String option) throws Refusal {
        return invertible(inverted, option, name -> {
            if (name.isEmpty() || name.length() > 15) {
                throw Refusal.syntax("`" + name + "` is no device name: 1 to 15 characters");
            }
            return DevicePattern.parse(name);
        });
    }

    private void protocol(final boolean inverted, final String option) throws Refusal {
        final Invertible<Integer> test = invertible(inverted, option, Values::protocol);
        protocol = IpProtocol.of(test.value()).map(IpProtocol::label).orElse("");
        if (test.value() == 0 && test.inverted()) {
            throw Refusal.syntax("`! -p all` matches nothing");
        }
        // ip6tables sets IP6T_F_PROTO for all protocols too, and the kernel then walks the extension headers.
        if (test.value() != 0 || family == Family.IPV6) {
            header = header.withProtocol(test);
        }
    }

    private void match(final String name) throws Refusal {
        if (name.equals("comment")) {
            return;
        }
        protocolOpened |= name.equals(extension(protocol));
        readers.add(MatchReaders.of(name, family, protocol));
    }

    private void jump(final String name) throws Refusal {
        if (TargetNames.isKnown(name)) {
            if (!TargetNames.isFollowed(name)) {
                throw Refusal.unsupported("the target `" + name + "` is not supported yet");
            }
            target = Optional.of(new TargetReader(family, name));
        } else {
            call = Optional.of(new Target.Jump(name));
        }
    }

    private boolean extensionOption(final String option, final boolean inverted) throws Refusal {
        if (option.equals("--comment")) {
            final String text = words.value(option);
            if (text.length() > MAX_COMMENT) {
                throw Refusal.syntax("the comment is longer than " + MAX_COMMENT + " characters");
            }
            comment = Optional.of(text);
            return true;
        }
        if (target.isPresent() && target.get().option(option, words)) {
            return true;
        }
        for (int i = readers.size() - 1; i >= 0; i--) {
            if (readers.get(i).option(option, inverted, words)) {
                return true;
            }
        }
        return openProtocolMatch(option, inverted);
    }

    /** {@code -p tcp --dport 80} opens the match of the protocol by itself. */
    private boolean openProtocolMatch(final String option, final boolean inverted) throws Refusal {
        final String name = extension(protocol);
        if (protocolOpened || name.isEmpty()) {
            return false;
        }
        final MatchReader reader = MatchReaders.of(name, family, protocol);
        if (!reader.option(option, inverted, words)) {
            return false;
        }
        protocolOpened = true;
        readers.add(reader);
        return true;
    }

    private static String extension(final String protocol) {
        return switch (protocol) {
            case "tcp", "udp", "sctp", "dccp", "icmp" -> protocol;
            case "ipv6-icmp" -> "icmp6";
            default -> "";
        };
    }
}
