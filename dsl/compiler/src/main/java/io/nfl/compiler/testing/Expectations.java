// SPDX-License-Identifier: Apache-2.0
package io.nfl.compiler.testing;

import io.nfl.api.classify.RejectWith;
import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.api.net.IpProtocol;
import io.nfl.api.net.Table;
import io.nfl.compiler.trace.PacketText;
import io.nfl.compiler.trace.RuleTable;
import io.nfl.compiler.trace.Tuple;
import io.nfl.engine.conntrack.ConntrackEntry;
import io.nfl.engine.packet.DropReason;
import io.nfl.engine.pipeline.Flow;
import io.nfl.engine.pipeline.TraceStep;
import io.nfl.engine.route.RouteError;
import io.nfl.ir.DevicePattern;
import io.nfl.ir.Rule;
import io.nfl.ir.test.Outcome;
import io.nfl.ir.test.Outcome.Check;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Holds what came of a packet against what was expected of it. Counts named rules from the begin of a test. */
final class Expectations {
    private final RuleTable rules;
    private final Map<String, Long> counted = new HashMap<>();

    Expectations(final RuleTable rules) {
        this.rules = rules;
    }

    /** Counts an event's packets by the named rules that acted on them. */
    void count(final PlayedEvent event) {
        for (final Flow flow : event.flows()) {
            flow.steps().stream()
                    .filter(TraceStep.RuleMatched.class::isInstance)
                    .map(step -> rules.acting((TraceStep.RuleMatched) step).flatMap(Rule::label))
                    .flatMap(Optional::stream)
                    .distinct()
                    .forEach(label -> counted.merge(label, 1L, Long::sum));
        }
    }

    /** What is otherwise than expected; empty where all holds. @param begin of the packet as it came, whole */
    Optional<String> differs(
            final Outcome expected, final PlayedEvent event, final PacketFate fate, final Tuple begin) {
        if (fate.kind() != expected.kind()) {
            return Optional.of("it is not");
        }
        if (expected.answer().isPresent() && !answers(expected.answer().get(), fate.bytes())) {
            return Optional.of("the answer is " + PacketText.of(fate.bytes()));
        }
        final Cases cases = new Cases(event, fate, begin);
        return expected.checks().stream()
                .map(check -> check.accept(cases))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static boolean answers(final Outcome.Answer answer, final byte[] packet) {
        final int at = Tuple.transportOffset(packet);
        final int protocol = Tuple.protocol(packet);
        final int type = packet[at] & 0xFF;
        final int code = packet[at + 1] & 0xFF;
        final Family family = packet[0] >>> 4 == 4 ? Family.IPV4 : Family.IPV6;
        final boolean icmp = Tuple.isIcmp(protocol);
        return answer.accept(new Outcome.AnswerVisitor<Boolean>() {
            @Override
            public Boolean rejected(final Outcome.Answer.Rejected rejected) {
                if (rejected.with() == RejectWith.TCP_RESET) {
                    return protocol == IpProtocol.TCP.number();
                }
                final int unreachable = family == Family.IPV4 ? 3 : 1;
                return icmp
                        && type == unreachable
                        && rejected.with().code(family).orElse(-1) == code;
            }

            @Override
            public Boolean icmp(final Outcome.Answer.Icmp error) {
                return icmp
                        && type == (family == Family.IPV4 ? error.ipv4Type() : error.ipv6Type())
                        && code == (family == Family.IPV4 ? error.ipv4Code() : error.ipv6Code());
            }
        });
    }

    /** Whether the rule that decided has the label; in a table that accepts, the last rule that was met there. */
    private boolean decidedBy(final PacketFate fate, final String label) {
        return deciding(fate).stream()
                .anyMatch(step -> rules.of(step).rule().flatMap(Rule::label).equals(Optional.of(label)));
    }

    /** A policy decides in the table that filters; where a packet passes, the others' policies decide nothing. */
    private boolean decidedByPolicy(final PacketFate fate) {
        return deciding(fate).stream()
                .map(rules::of)
                .filter(entry -> fate.isStopped() || entry.table() == Table.FILTER)
                .reduce((first, second) -> second)
                .filter(RuleTable.Entry::isPolicy)
                .isPresent();
    }

    /** The last rule met in each table at each hook; of a packet that was stopped, the last of all. */
    private List<TraceStep.RuleMatched> deciding(final PacketFate fate) {
        final Map<String, TraceStep.RuleMatched> last = new LinkedHashMap<>();
        String hook = "";
        for (final TraceStep step : fate.steps(TraceStep.class)) {
            if (step instanceof TraceStep.HookEntered entered) {
                hook = entered.hook().name();
            } else if (step instanceof TraceStep.RuleMatched matched) {
                last.put(fate.isStopped() ? "" : hook + " " + rules.of(matched).table(), matched);
            }
        }
        return List.copyOf(last.values());
    }

    private final class Cases implements Outcome.CheckVisitor<Optional<String>> {
        private final PlayedEvent event;
        private final PacketFate fate;
        private final Tuple begin;

        Cases(final PlayedEvent event, final PacketFate fate, final Tuple begin) {
            this.event = event;
            this.fate = fate;
            this.begin = begin;
        }

        private static Optional<String> unless(final boolean holds, final String actual) {
            return holds ? Optional.empty() : Optional.of(actual);
        }

        private Optional<Tuple> tuple() {
            return fate.bytes().length == 0 ? Optional.empty() : Optional.of(Tuple.of(fate.bytes()));
        }

        @Override
        public Optional<String> out(final Check.Out check) {
            final boolean holds = check.devices().stream()
                    .anyMatch(name -> DevicePattern.parse(name).matches(fate.device()));
            return unless(holds, fate.device().isEmpty() ? "it leaves by no device" : "it leaves by " + fate.device());
        }

        @Override
        public Optional<String> from(final Check.From check) {
            final Optional<Tuple> tuple = tuple();
            final boolean holds = tuple.filter(t -> is(check.endpoint(), t.source(), t.sourcePort()))
                    .isPresent();
            return unless(holds, "it is from " + tuple.map(PacketText::source).orElse("nowhere"));
        }

        @Override
        public Optional<String> to(final Check.To check) {
            final Optional<Tuple> tuple = tuple();
            final boolean holds = tuple.filter(t -> check.endpoints().stream()
                            .anyMatch(endpoint -> is(endpoint, t.destination(), t.destinationPort())))
                    .isPresent();
            return unless(
                    holds, "it is to " + tuple.map(PacketText::destination).orElse("nowhere"));
        }

        private static boolean is(final Outcome.Endpoint endpoint, final IpAddress address, final int port) {
            return endpoint.address().map(address::equals).orElse(true)
                    && (endpoint.port().isEmpty() || endpoint.port().getAsInt() == port);
        }

        @Override
        public Optional<String> mark(final Check.Mark check) {
            final int mark = fate.last().map(Flow::mark).orElse(0);
            return unless((mark & check.mask()) == check.value(), "its mark is " + PacketText.mark(mark));
        }

        @Override
        public Optional<String> connmark(final Check.Connmark check) {
            final Optional<Integer> mark = event.connections().stream()
                    .filter(entry -> isOf(entry.original(), begin) || isOf(entry.reply(), begin))
                    .map(ConntrackEntry::mark)
                    .findFirst();
            final boolean holds = mark.filter(value -> (value & check.mask()) == check.value())
                    .isPresent();
            return unless(
                    holds,
                    mark.map(value -> "its connection's mark is " + PacketText.mark(value))
                            .orElse("it has no connection"));
        }

        private static boolean isOf(final ConntrackEntry.Side side, final Tuple tuple) {
            return side.protocol() == tuple.protocol()
                    && side.source().equals(tuple.source())
                    && side.destination().equals(tuple.destination())
                    && (Tuple.isIcmp(tuple.protocol())
                            ? side.sourcePart() == tuple.sourcePort()
                            : side.sourcePart() == tuple.sourcePort()
                                    && side.destinationPart() == tuple.destinationPort());
        }

        @Override
        public Optional<String> ttl(final Check.Ttl check) {
            final int ttl = fate.bytes().length == 0 ? -1 : PacketText.ttl(fate.bytes());
            return unless(ttl == check.ttl(), "its ttl is " + ttl);
        }

        @Override
        public Optional<String> dscp(final Check.Dscp check) {
            final int dscp = fate.bytes().length == 0 ? -1 : PacketText.dscp(fate.bytes());
            return unless(dscp == check.dscp(), "its dscp is " + dscp);
        }

        @Override
        public Optional<String> ct(final Check.Ct check) {
            final String state = fate.last().flatMap(Flow::ct).orElse("UNTRACKED");
            final String name = state.contains("/") ? state.substring(0, state.indexOf('/')) : state;
            return unless(
                    check.states().stream().anyMatch(each -> each.name().equals(name)),
                    "its state is " + name.toLowerCase(Locale.ROOT));
        }

        private Optional<TraceStep.Routed> routed() {
            final List<TraceStep.Routed> decisions = fate.steps(TraceStep.Routed.class);
            return decisions.isEmpty() ? Optional.empty() : Optional.of(decisions.get(decisions.size() - 1));
        }

        @Override
        public Optional<String> via(final Check.Via check) {
            final Optional<IpAddress> gateway = routed().flatMap(TraceStep.Routed::gateway);
            return unless(
                    gateway.equals(Optional.of(check.gateway())),
                    gateway.map(hop -> "it goes via " + hop).orElse("no gateway lies on its way"));
        }

        @Override
        public Optional<String> table(final Check.Table check) {
            final int table = routed().map(TraceStep.Routed::table).orElse(0);
            return unless(
                    table == check.table(),
                    table == 0 ? "no table gave a route" : "table " + rules.routingTable(table) + " gave its route");
        }

        @Override
        public Optional<String> logged(final Check.Logged check) {
            final boolean holds = fate.steps(TraceStep.Logged.class).stream()
                            .anyMatch(s -> s.prefix().equals(check.prefix()))
                    || fate.steps(TraceStep.LoggedToGroup.class).stream()
                            .anyMatch(s -> s.prefix().equals(check.prefix()));
            return unless(holds, "it was not logged so");
        }

        @Override
        public Optional<String> counted(final Check.Counted check) {
            final long count = counted.getOrDefault(check.rule(), 0L);
            return unless(count == check.packets(), "\"" + check.rule() + "\" has counted " + count);
        }

        @Override
        public Optional<String> byRule(final Check.ByRule check) {
            return unless(decidedBy(fate, check.rule()), "the rule did not decide");
        }

        @Override
        public Optional<String> byPolicy(final Check.ByPolicy check) {
            return unless(decidedByPolicy(fate), "no policy decided");
        }

        @Override
        public Optional<String> byRouting(final Check.ByRouting check) {
            return unless(refusedByRouting() && !refusedByReversePath(), "routing did not end it");
        }

        @Override
        public Optional<String> byReversePathFilter(final Check.ByReversePathFilter check) {
            return unless(refusedByReversePath(), "reverse path filtering did not end it");
        }

        private boolean refusedByRouting() {
            return event.errno() != 0 && event.flows().isEmpty()
                    || fate.last()
                            .filter(flow -> flow.end() == Flow.End.DROPPED_BY_ROUTING)
                            .isPresent()
                    || fate.steps(TraceStep.Dropped.class).stream()
                            .anyMatch(step -> step.reason() == DropReason.REROUTE_FAILED);
        }

        private boolean refusedByReversePath() {
            return routed().filter(step -> step.error() == RouteError.CROSS_DEVICE)
                    .isPresent();
        }
    }
}
