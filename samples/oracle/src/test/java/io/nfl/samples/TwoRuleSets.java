// SPDX-License-Identifier: Apache-2.0
package io.nfl.samples;

import io.nfl.api.classify.Classifier;
import io.nfl.api.host.HostDescription;
import io.nfl.api.host.InterfaceAddress;
import io.nfl.api.net.Family;
import io.nfl.api.net.Hook;
import io.nfl.api.net.IpAddress;
import io.nfl.api.net.TcpFlags;
import io.nfl.compiler.LoadedPolicy;
import io.nfl.compiler.LoadedPolicy.Execution;
import io.nfl.compiler.testing.Conversations;
import io.nfl.compiler.trace.Tuple;
import io.nfl.engine.choice.SeededChooser;
import io.nfl.engine.clock.SettableClock;
import io.nfl.engine.localhost.LocalSender;
import io.nfl.engine.pipeline.Engine;
import io.nfl.engine.pipeline.EngineOptions;
import io.nfl.engine.pipeline.Flow;
import io.nfl.engine.pipeline.TraceStep;
import io.nfl.ir.Ruleset;
import io.nfl.ir.test.PacketSpec;
import io.nfl.ir.test.PacketSpec.Transport;
import io.nfl.ir.test.ReplyKind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/** One host with two sets of IPv4 rules, in two engines that are told the same and asked for differences. */
final class TwoRuleSets {
    private static final ReplyKind PLAIN = new ReplyKind.Plain();
    private static final ReplyKind ERROR = new ReplyKind.IcmpError(3, 1);
    private static final PacketSpec.Fields DATA = new PacketSpec.Fields(
            OptionalInt.empty(),
            OptionalInt.empty(),
            OptionalInt.empty(),
            Optional.of(new PacketSpec.Payload("GET /".getBytes(StandardCharsets.US_ASCII))));

    private final Side byHand;
    private final Side sample;
    private final List<String> differences = new ArrayList<>();
    private int firstPackets;
    private int laterPackets;

    TwoRuleSets(HostDescription host, Ruleset byHand, Ruleset sample) {
        this.byHand = new Side(host, byHand);
        this.sample = new Side(host, sample);
    }

    /**
     * Where a packet begins.
     *
     * @param device empty: this host sends it
     * @param uid whose program sends it
     */
    record Origin(String device, int uid) {
        static Origin wire(String device) {
            return new Origin(device, 0);
        }

        static Origin host(int uid) {
            return new Origin("", uid);
        }

        boolean isHost() {
            return device.isEmpty();
        }

        @Override
        public String toString() {
            return isHost() ? "local as " + uid : device;
        }
    }

    /**
     * What became of a packet.
     *
     * @param device where it left; empty where this host has it
     * @param bytes as it left or was delivered
     */
    record Arrived(String device, byte[] bytes) {}

    /** @param told everything that can be seen from outside */
    record Fate(String told, Optional<Arrived> arrived) {}

    /** One engine. */
    private static final class Side {
        private final SettableClock clock = new SettableClock();
        private final Engine engine;
        private final Set<IpAddress> own;

        Side(HostDescription host, Ruleset rules) {
            final Classifier classifier =
                    LoadedPolicy.classifiers(rules, Execution.EVALUATOR).get();
            engine = new Engine(
                    host,
                    Map.of(Family.IPV4, classifier),
                    clock,
                    new SeededChooser(7),
                    EngineOptions.SILENT,
                    (device, bytes, length) -> {});
            engine.record(true);
            own = host.devices().stream()
                    .flatMap(device -> device.addresses().stream())
                    .map(InterfaceAddress::address)
                    .collect(Collectors.toSet());
        }

        Fate fate(Origin origin, byte[] packet) {
            int errno = 0;
            if (origin.isHost()) {
                final Tuple tuple = Tuple.of(packet);
                errno = engine.sendRaw(
                        new LocalSender.Request(
                                Optional.of(tuple.source()).filter(own::contains),
                                OptionalInt.empty(),
                                tuple.destination(),
                                0,
                                0,
                                Optional.empty(),
                                origin.uid()),
                        packet);
            } else {
                engine.receive(origin.device(), packet, 0, packet.length);
            }
            final List<Flow> flows = engine.takeFlows();
            final StringBuilder told = new StringBuilder(errno == 0 ? "" : "errno " + errno + " ");
            for (final Flow flow : flows) {
                told.append(flow.end().text()).append(' ');
                for (final Flow.Sent sent : flow.sent()) {
                    told.append(sent.device()).append(' ').append(HexFormat.of().formatHex(sent.bytes()));
                }
            }
            final Optional<Arrived> arrived = arrived(flows);
            arrived.ifPresent(each -> told.append(HexFormat.of().formatHex(each.bytes())));
            return new Fate(told.toString(), arrived);
        }

        private static Optional<Arrived> arrived(List<Flow> flows) {
            if (flows.isEmpty()) {
                return Optional.empty();
            }
            final Flow first = flows.get(0);
            final Flow last = first.end() == Flow.End.SENT_TO_LOOPBACK && flows.size() > 1 ? flows.get(1) : first;
            return switch (last.end()) {
                case FORWARDED, SENT ->
                    Optional.of(new Arrived(
                            last.sent().get(0).device(), last.sent().get(0).bytes()));
                case DELIVERED ->
                    last.steps().stream()
                            .filter(TraceStep.HookLeft.class::isInstance)
                            .map(TraceStep.HookLeft.class::cast)
                            .filter(step -> step.hook() == Hook.INPUT)
                            .findFirst()
                            .map(step -> new Arrived("", step.bytes()));
                default -> Optional.empty();
            };
        }
    }

    List<String> differences() {
        return differences;
    }

    String compared() {
        return firstPackets + " first packets, " + laterPackets + " later ones";
    }

    /** Lets time pass for both. */
    void age(Duration time) {
        byHand.clock.advance(time.toNanos());
        sample.clock.advance(time.toNanos());
    }

    /** What the rules that were written by hand do to a packet that begins a connection. */
    Fate byHand(Origin origin, PacketSpec packet) {
        byHand.engine.flushConnections();
        return byHand.fate(origin, new Conversations().send(packet));
    }

    /** What the sample's rules do to it. */
    Fate sample(Origin origin, PacketSpec packet) {
        sample.engine.flushConnections();
        return sample.fate(origin, new Conversations().send(packet));
    }

    /** A packet that begins a connection, and what follows where it comes through. */
    void converse(Origin origin, PacketSpec packet) {
        byHand.engine.flushConnections();
        sample.engine.flushConnections();
        final Conversation conversation = new Conversation(origin, packet);
        firstPackets++;
        if (conversation.say(origin, conversation.words.send(packet))) {
            conversation.goOn();
        }
    }

    /** The later packets of a connection, as long as both sides do the same. */
    private final class Conversation {
        private final Origin origin;
        private final PacketSpec packet;
        private final Conversations words = new Conversations();
        private Optional<Arrived> last = Optional.empty();

        Conversation(Origin origin, PacketSpec packet) {
            this.origin = origin;
            this.packet = packet;
        }

        /** Whether it came through, the same way for both. */
        boolean say(Origin from, byte[] bytes) {
            final Fate expected = byHand.fate(from, bytes);
            final Fate actual = sample.fate(from, bytes);
            if (!expected.told().equals(actual.told())) {
                differences.add(origin + " " + packet + (from.equals(origin) ? "" : ", answered by " + from) + " as "
                        + HexFormat.of().formatHex(bytes) + "\n  by hand " + expected.told() + "\n  sample  "
                        + actual.told());
                return false;
            }
            last = expected.arrived();
            last.ifPresentOrElse(arrived -> words.arrived(arrived.bytes()), words::lost);
            return last.isPresent();
        }

        private boolean answer(ReplyKind kind, PacketSpec.Fields fields) {
            if (last.isEmpty()) {
                return false;
            }
            laterPackets++;
            final String device = last.orElseThrow().device();
            return say(
                    device.isEmpty() ? Origin.host(0) : Origin.wire(device),
                    words.reply(kind, fields).orElseThrow());
        }

        private boolean again(int flags) {
            laterPackets++;
            final Transport transport =
                    packet.transport() instanceof Transport.Tcp ? new Transport.Tcp(flags) : packet.transport();
            return say(
                    origin,
                    words.send(new PacketSpec(
                            transport,
                            packet.source(),
                            packet.sourcePort(),
                            packet.destination(),
                            packet.destinationPort(),
                            DATA)));
        }

        /** Answer, data both ways, an error on the way, the end; and one packet too many. */
        void goOn() {
            if (!answer(PLAIN, PacketSpec.Fields.DEFAULT) || !again(TcpFlags.ACK)) {
                return;
            }
            if (answer(PLAIN, DATA) && again(TcpFlags.ACK)) {
                answer(ERROR, PacketSpec.Fields.DEFAULT);
                if (again(TcpFlags.FIN) && answer(PLAIN, PacketSpec.Fields.DEFAULT)) {
                    again(TcpFlags.ACK);
                }
            }
        }
    }
}
