// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.pipeline;

import io.nfl.api.classify.Classifier;
import io.nfl.api.host.Device;
import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.api.net.Table;
import io.nfl.engine.choice.SeededChooser;
import io.nfl.engine.clock.Clock;
import io.nfl.engine.clock.SettableClock;
import io.nfl.engine.localhost.LocalSender;
import io.nfl.engine.packet.Packet;
import io.nfl.engine.route.Routing;
import io.nfl.engine.route.TestHost;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * One case: the host first ({@code device}, {@code route}, {@code ip rule}, {@code sysctl}, {@code tables},
 * {@code rule}, {@code listen}), then what happens ({@code in DEVICE PACKET}, {@code send}, {@code connect},
 * {@code raw PACKET}, {@code wait SECONDS}).
 */
final class HookCase {
    private final TestHost host = new TestHost();
    private final Set<Table> tables = EnumSet.noneOf(Table.class);
    private final List<String> rules = new ArrayList<>();
    private final List<String> ports = new ArrayList<>();
    private final List<String> log = new ArrayList<>();
    private final SettableClock clock = new SettableClock();
    private boolean tracked;
    private Optional<Engine> engine = Optional.empty();
    private Packet scratch;

    private HookCase() {
        host.device(Device.LOOPBACK, 65_536, "127.0.0.1/8", "::1/128");
        scratch = new Packet(new Routing(host.description(), new SeededChooser(1)).view(Family.IPV4));
    }

    /** The lines of a case, with what came of each event instead of what the case says. */
    static List<String> replay(final List<String> lines) {
        final HookCase run = new HookCase();
        final List<String> out = new ArrayList<>();
        for (final String line : lines) {
            if (line.startsWith("|")) {
                continue;
            }
            out.add(line);
            if (line.startsWith("  ")) {
                run.line(line.strip());
                run.log.forEach(told -> out.add("| " + told));
                run.log.clear();
            }
        }
        return out;
    }

    private void line(final String line) {
        final String word = line.split(" ", 2)[0];
        final String rest = line.substring(word.length()).strip();
        switch (word) {
            case "device" -> device(rest.split("\\s+"));
            case "route" -> host.route(rest);
            case "lookup" -> host.rule(rest);
            case "sysctl" -> host.sysctl(rest.split(" ")[0], Integer.parseInt(rest.split(" ")[1]));
            case "tables" -> tables(rest);
            case "rule" -> rules.add(rest);
            case "listen" -> ports.add(rest);
            default -> event(word, rest);
        }
    }

    /** {@code NAME [mtu N] ADDRESS...}. */
    private void device(final String[] words) {
        final boolean sized = words.length > 1 && words[1].equals("mtu");
        final int from = sized ? 3 : 1;
        host.device(
                words[0],
                sized ? Integer.parseInt(words[2]) : Device.DEFAULT_MTU,
                List.of(words).subList(from, words.length).toArray(String[]::new));
    }

    private void tables(final String names) {
        for (final String name : names.split("\\s+")) {
            if (name.equals("conntrack")) {
                tracked = true;
            } else {
                tables.add(Table.valueOf(name.toUpperCase(Locale.ROOT)));
            }
        }
    }

    private Engine engine() {
        return engine.orElseGet(() -> {
            final Map<Family, Classifier> classifiers = new EnumMap<>(Family.class);
            for (final Family family : Family.values()) {
                classifiers.put(family, new ScriptedClassifier(tables, tracked, rules, log::add));
            }
            final Engine made = new Engine(
                    host.description(), classifiers, clock, new SeededChooser(1), EngineOptions.ANSWERING, this::left);
            for (final String port : ports) {
                final String[] words = port.split(" ");
                final IpAddress any = IpAddress.zero(Family.IPV6);
                if (words[0].equals("udp")) {
                    made.bindDatagram(any, Integer.parseInt(words[1]));
                } else {
                    made.listen(any, Integer.parseInt(words[1]));
                }
            }
            made.record(true);
            engine = Optional.of(made);
            return made;
        });
    }

    private void left(final String device, final byte[] bytes, final int length) {
        final Packet packet = new Packet(scratch.routing());
        packet.load(bytes[0] >>> 4 == 4 ? Family.IPV4 : Family.IPV6, bytes, 0, length);
        log.add("left by " + device + " " + PacketText.tell(packet));
    }

    private void event(final String word, final String rest) {
        final Engine at = engine();
        switch (word) {
            case "in" -> {
                final String[] parts = rest.split(" ", 2);
                for (final byte[] packet : PacketText.read(scratch, parts[1])) {
                    at.receive(parts[0], packet, 0, packet.length)
                            .ifPresent(reason -> log.add("not taken: " + reason.text()));
                }
            }
            case "send" -> {
                final int errno = at.sendDatagram(request(rest), new byte[1]).errno();
                log.add(errno == 0 ? "sent" : "errno " + errno);
            }
            case "connect" -> log.add("errno " + at.connect(request(rest)).errno());
            case "raw" -> {
                final byte[] packet = PacketText.read(scratch, rest).get(0);
                log.add("errno " + at.sendRaw(request(destination(packet)), packet));
            }
            case "wait" -> clock.advance(Long.parseLong(rest) * Clock.NANOS_PER_SECOND);
            default -> throw new IllegalArgumentException("no event " + word);
        }
        at.takeFlows()
                .forEach(flow -> log.add("= " + flow.origin().name().toLowerCase(Locale.ROOT) + " "
                        + flow.end().text()));
        at.takeReceived().forEach(got -> log.add("socket " + got.localPort() + " has got " + got.data().length));
    }

    private String destination(final byte[] bytes) {
        final Packet packet = new Packet(scratch.routing());
        packet.load(Family.IPV4, bytes, 0, bytes.length);
        return IpAddress.v4(packet.ipv4Destination()) + " 0";
    }

    /** {@code ADDRESS PORT [from PORT] [mark N] [uid N]}. */
    private static LocalSender.Request request(final String text) {
        final List<String> words = new ArrayList<>(List.of(text.split("\\s+")));
        return new LocalSender.Request(
                Optional.empty(),
                OptionalInt.of(4000),
                IpAddress.parse(words.get(0)),
                Integer.parseInt(words.get(1)),
                number(words, "mark"),
                Optional.empty(),
                number(words, "uid"));
    }

    private static int number(final List<String> words, final String name) {
        final int at = words.indexOf(name);
        return at < 0 ? 0 : Integer.parseInt(words.get(at + 1));
    }
}
