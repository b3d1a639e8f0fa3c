// SPDX-License-Identifier: Apache-2.0
package io.nfl.compiler.testing;

import io.nfl.api.net.Hook;
import io.nfl.api.net.IpProtocol;
import io.nfl.api.net.TcpFlags;
import io.nfl.compiler.trace.Tuple;
import io.nfl.engine.pipeline.Flow;
import io.nfl.engine.pipeline.TraceStep;
import io.nfl.ir.test.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What became of the packet of an event.
 *
 * @param way its flows: one, or two where it came back by lo
 * @param kind SEND, FORWARD, DELIVER, DROP or REJECT
 * @param device where it, or the answer to its sender, left; empty where it was delivered or dropped
 * @param bytes of what left or was delivered, or of the answer; empty where it was dropped
 */
record PacketFate(List<Flow> way, Outcome.Kind kind, String device, byte[] bytes) {
    /** Destination unreachable, time exceeded, parameter problem (RFC 792). */
    private static final Set<Integer> ICMP_ERRORS = Set.of(3, 11, 12);
    /** Destination unreachable, packet too big, time exceeded, parameter problem (RFC 4443). */
    private static final Set<Integer> ICMPV6_ERRORS = Set.of(1, 2, 3, 4);

    private static final int TCP_FLAGS = 13;

    static PacketFate of(final PlayedEvent event) {
        final List<Flow> flows = event.flows();
        if (flows.isEmpty()) {
            return new PacketFate(List.of(), Outcome.Kind.DROP, "", new byte[0]);
        }
        final List<Flow> way = new ArrayList<>(List.of(flows.get(0)));
        if (flows.get(0).end() == Flow.End.SENT_TO_LOOPBACK) {
            flows.stream()
                    .skip(1)
                    .filter(flow -> flow.origin() == Flow.Origin.LOOPBACK)
                    .findFirst()
                    .ifPresent(way::add);
        }
        final Flow last = way.get(way.size() - 1);
        return switch (last.end()) {
            case FORWARDED -> left(way, Outcome.Kind.FORWARD, last);
            case SENT -> left(way, Outcome.Kind.SEND, last);
            case DELIVERED -> new PacketFate(way, Outcome.Kind.DELIVER, "", leaving(last, Hook.INPUT));
            case SENT_TO_LOOPBACK,
                    LOST,
                    DROPPED_IN_PREROUTING,
                    DROPPED_BY_ROUTING,
                    DROPPED_IN_INPUT,
                    DROPPED_IN_FORWARD,
                    DROPPED_AFTER_FORWARD,
                    DROPPED_IN_OUTPUT,
                    DROPPED_AFTER_OUTPUT,
                    DROPPED_IN_POSTROUTING -> answer(flows, way);
        };
    }

    private static PacketFate left(final List<Flow> way, final Outcome.Kind kind, final Flow last) {
        final Flow.Sent first = last.sent().get(0);
        return new PacketFate(way, kind, first.device(), first.bytes());
    }

    /** Rejected where an error or a reset came to the sender, else dropped. */
    private static PacketFate answer(final List<Flow> flows, final List<Flow> way) {
        for (final Flow flow : flows) {
            if (way.contains(flow) || flow.origin() != Flow.Origin.LOCAL) {
                continue;
            }
            if (flow.end() == Flow.End.SENT && isRefusal(flow.sent().get(0).bytes())) {
                return left(way, Outcome.Kind.REJECT, flow);
            }
            if (flow.end() == Flow.End.SENT_TO_LOOPBACK) {
                final byte[] bytes = leaving(flow, Hook.POSTROUTING);
                if (isRefusal(bytes) && isDelivered(flows, flow)) {
                    return new PacketFate(way, Outcome.Kind.REJECT, "", bytes);
                }
            }
        }
        return new PacketFate(way, Outcome.Kind.DROP, "", new byte[0]);
    }

    private static boolean isDelivered(final List<Flow> flows, final Flow sent) {
        return flows.stream()
                .skip(flows.indexOf(sent) + 1L)
                .anyMatch(flow -> flow.origin() == Flow.Origin.LOOPBACK && flow.end() == Flow.End.DELIVERED);
    }

    private static boolean isRefusal(final byte[] packet) {
        final int at = Tuple.transportOffset(packet);
        final int protocol = Tuple.protocol(packet);
        if (protocol == IpProtocol.TCP.number()) {
            return (packet[at + TCP_FLAGS] & TcpFlags.RST) != 0;
        }
        final int type = packet[at] & 0xFF;
        return protocol == IpProtocol.ICMP.number() && ICMP_ERRORS.contains(type)
                || protocol == IpProtocol.IPV6_ICMP.number() && ICMPV6_ERRORS.contains(type);
    }

    private static byte[] leaving(final Flow flow, final Hook hook) {
        byte[] bytes = new byte[0];
        for (final TraceStep step : flow.steps()) {
            if (step instanceof TraceStep.HookLeft left && left.hook() == hook) {
                bytes = left.bytes();
            }
        }
        return bytes;
    }

    /** Whether it went nowhere. */
    boolean isStopped() {
        return kind == Outcome.Kind.DROP || kind == Outcome.Kind.REJECT;
    }

    Optional<Flow> last() {
        return way.isEmpty() ? Optional.empty() : Optional.of(way.get(way.size() - 1));
    }

    /** Its steps of a kind, in order. */
    <S extends TraceStep> List<S> steps(final Class<S> kind) {
        final List<S> steps = new ArrayList<>();
        for (final Flow flow : way) {
            for (final TraceStep step : flow.steps()) {
                if (kind.isInstance(step)) {
                    steps.add(kind.cast(step));
                }
            }
        }
        return steps;
    }
}
