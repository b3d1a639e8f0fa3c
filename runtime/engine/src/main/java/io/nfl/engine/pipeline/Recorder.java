// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.pipeline;

import io.nfl.api.classify.Classifier;
import io.nfl.api.host.KernelProfile.BackEnd;
import io.nfl.api.net.ConntrackState;
import io.nfl.api.net.Family;
import io.nfl.api.net.Hook;
import io.nfl.api.net.IpAddress;
import io.nfl.api.net.IpProtocol;
import io.nfl.api.packet.PacketView;
import io.nfl.engine.packet.DropReason;
import io.nfl.engine.packet.Packet;
import io.nfl.engine.route.RouteResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Writes down what happens to packets while it is switched on. Switched off it costs one comparison a step. */
final class Recorder {
    private List<Flow> flows = new ArrayList<>();
    private final BackEnd backEnd;
    private boolean on;

    Recorder(final BackEnd backEnd) {
        this.backEnd = backEnd;
    }

    void on(final boolean value) {
        on = value;
    }

    List<Flow> take() {
        final List<Flow> taken = flows;
        flows = new ArrayList<>();
        return taken;
    }

    void begin(final Passage passage, final Flow.Origin origin) {
        if (on) {
            final Flow flow = new Flow(origin, passage.packet.in());
            passage.flow = flow;
            passage.packet.traced(true);
            flows.add(flow);
        }
    }

    static void enter(final Passage passage, final Hook hook) {
        final Flow flow = passage.flow;
        if (flow != null) {
            final Packet packet = passage.packet;
            flow.enter(new TraceStep.HookEntered(hook, packet.in(), packet.out(), packet.mark(), bytes(packet)));
        }
    }

    private static byte[] bytes(final Packet packet) {
        return Arrays.copyOf(packet.bytes(), packet.length());
    }

    static void leave(final Passage passage, final Hook hook, final boolean tracked) {
        final Flow flow = passage.flow;
        if (flow != null) {
            final Packet packet = passage.packet;
            final Optional<String> ct = tracked ? Optional.of(state(packet)) : Optional.empty();
            flow.leave(new TraceStep.HookLeft(hook, packet.in(), packet.out(), packet.mark(), ct, bytes(packet)));
        }
    }

    static void step(final Passage passage, final TraceStep step) {
        final Flow flow = passage.flow;
        if (flow != null) {
            flow.add(step);
        }
    }

    static void dropped(final Passage passage, final DropReason reason) {
        if (passage.flow != null) {
            step(passage, new TraceStep.Dropped(reason, passage.packet.family()));
        }
    }

    void rule(final Passage passage, final Classifier classifier, final int rule) {
        if (passage.flow != null) {
            final String line = classifier.layout().chainOf(rule).traceLine(rule, backEnd);
            step(passage, new TraceStep.RuleMatched(passage.packet.family(), rule, line));
        }
    }

    static void tracked(final Passage passage) {
        if (passage.flow != null) {
            step(passage, new TraceStep.Tracked(state(passage.packet)));
        }
    }

    static void routed(final Passage passage, final boolean again) {
        if (passage.flow != null) {
            step(passage, decision(passage.route, again));
        }
    }

    private static TraceStep.Routed decision(final RouteResult route, final boolean again) {
        return new TraceStep.Routed(
                route.kind(),
                route.error(),
                route.rulePriority(),
                route.table(),
                Optional.ofNullable(route.route()),
                route.device(),
                route.hasGateway() ? Optional.of(route.nextHop()) : Optional.empty(),
                (route.sourceHigh() | route.sourceLow()) != 0 ? Optional.of(route.source()) : Optional.empty(),
                again);
    }

    /** As the kernel oracle words a packet's conntrack state. */
    static String state(final Packet packet) {
        final int bit = packet.conntrackStateBit();
        if (packet.connection() == null || bit == ConntrackState.NEW.bit()) {
            return bit == ConntrackState.NEW.bit()
                    ? ConntrackState.NEW.name()
                    : bit == ConntrackState.UNTRACKED.bit()
                            ? ConntrackState.UNTRACKED.name()
                            : ConntrackState.INVALID.name();
        }
        final ConntrackState state =
                bit == ConntrackState.ESTABLISHED.bit() ? ConntrackState.ESTABLISHED : ConntrackState.RELATED;
        return state.name() + (packet.direction() == 0 ? "/orig" : "/reply");
    }

    /** Addresses and ports of a packet, for a comparison across a NAT hook. */
    record Ends(IpAddress source, int sourcePort, IpAddress destination, int destinationPort) {
        static Ends of(final PacketView packet) {
            final boolean ipv4 = packet.family() == Family.IPV4;
            final boolean ports = packet.fragmentOffset() == 0
                    && packet.transportBytes() >= 4
                    && (packet.transportProtocol() == IpProtocol.TCP.number()
                            || packet.transportProtocol() == IpProtocol.UDP.number());
            return new Ends(
                    ipv4
                            ? IpAddress.v4(packet.ipv4Source())
                            : IpAddress.v6(packet.ipv6SourceHigh(), packet.ipv6SourceLow()),
                    ports ? packet.shortAt(packet.transportOffset()) : 0,
                    ipv4
                            ? IpAddress.v4(packet.ipv4Destination())
                            : IpAddress.v6(packet.ipv6DestinationHigh(), packet.ipv6DestinationLow()),
                    ports ? packet.shortAt(packet.transportOffset() + 2) : 0);
        }
    }

    static void translated(final Passage passage, final Hook hook, final Ends before) {
        final Ends after = Ends.of(passage.packet);
        if (!after.equals(before)) {
            step(
                    passage,
                    new TraceStep.Translated(
                            hook,
                            before.source(),
                            before.sourcePort(),
                            before.destination(),
                            before.destinationPort(),
                            after.source(),
                            after.sourcePort(),
                            after.destination(),
                            after.destinationPort()));
        }
    }
}
