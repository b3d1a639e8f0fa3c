// SPDX-License-Identifier: Apache-2.0
package io.nfl.compiler.trace;

import io.nfl.api.net.Hook;
import io.nfl.diag.Span;
import io.nfl.engine.packet.DropReason;
import io.nfl.engine.pipeline.Flow;
import io.nfl.engine.pipeline.TraceStep;
import io.nfl.engine.route.RouteError;
import io.nfl.ir.Rule;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** What a flow writes into the nodes of the chart, and the order in which it came to them. */
final class ChartContent implements TraceStep.Visitor<Boolean> {
    /** How a line looks. */
    enum Style {
        PLACE,
        TEXT,
        NOTE,
        GOOD,
        BAD
    }

    /** A line of a stage. */
    record Line(Style style, String text) {}

    private final RuleTable rules;
    private final Function<String, Optional<String>> sources;
    private final Map<ChartNode, Map<String, List<Line>>> lines = new EnumMap<>(ChartNode.class);
    private final Map<ChartNode, String> devices = new EnumMap<>(ChartNode.class);
    private final List<ChartNode> way = new ArrayList<>();
    private String stage = "";
    private Span lastRule = Span.NONE;
    private boolean stopped;

    private ChartContent(final RuleTable rules, final Function<String, Optional<String>> sources) {
        this.rules = rules;
        this.sources = sources;
    }

    static ChartContent of(final Flow flow, final RuleTable rules, final Function<String, Optional<String>> sources) {
        final ChartContent content = new ChartContent(rules, sources);
        if (flow.origin() == Flow.Origin.LOCAL) {
            content.come(ChartNode.LOCAL);
        }
        flow.steps().forEach(step -> step.accept(content));
        if (flow.end() == Flow.End.DELIVERED) {
            content.come(ChartNode.LOCAL);
            content.add(Style.GOOD, "delivered");
        }
        switch (flow.end()) {
            case FORWARDED, SENT, SENT_TO_LOOPBACK, DELIVERED -> {}
            case LOST,
                    DROPPED_IN_PREROUTING,
                    DROPPED_BY_ROUTING,
                    DROPPED_IN_INPUT,
                    DROPPED_IN_FORWARD,
                    DROPPED_AFTER_FORWARD,
                    DROPPED_IN_OUTPUT,
                    DROPPED_AFTER_OUTPUT,
                    DROPPED_IN_POSTROUTING -> content.stopped = true;
        }
        return content;
    }

    /** The nodes in the order of the way. */
    List<ChartNode> way() {
        return way;
    }

    /** Where it ended before its time. */
    Optional<ChartNode> end() {
        return stopped && !way.isEmpty() ? Optional.of(way.get(way.size() - 1)) : Optional.empty();
    }

    boolean visits(final ChartNode node) {
        return way.contains(node);
    }

    boolean visits(final ChartNode node, final String name) {
        return lines.getOrDefault(node, Map.of()).containsKey(name);
    }

    List<Line> lines(final ChartNode node, final String name) {
        return lines.getOrDefault(node, Map.of()).getOrDefault(name, List.of());
    }

    String devices(final ChartNode node) {
        return devices.getOrDefault(node, "");
    }

    private void come(final ChartNode node) {
        way.add(node);
        stage = "";
        lastRule = Span.NONE;
    }

    private Optional<List<Line>> at(final String name) {
        stage = name;
        return node(name)
                .map(node -> lines.computeIfAbsent(node, n -> new LinkedHashMap<>())
                        .computeIfAbsent(name, n -> new ArrayList<>()));
    }

    /** A table's lines belong to its hook, though a reroute came between. */
    private Optional<ChartNode> node(final String name) {
        for (int i = way.size() - 1; i >= 0; i--) {
            if (way.get(i).stages().contains(name)) {
                return Optional.of(way.get(i));
            }
        }
        return Optional.empty();
    }

    private Boolean add(final Style style, final String text) {
        if (way.isEmpty()) {
            return true;
        }
        final ChartNode latest = way.get(way.size() - 1);
        final String name =
                stage.isEmpty() ? latest.stages().get(latest.stages().size() - 1) : stage;
        at(name).ifPresent(list -> list.add(new Line(style, text)));
        return true;
    }

    @Override
    public Boolean hookEntered(final TraceStep.HookEntered step) {
        final boolean undecided = !way.isEmpty() && way.get(way.size() - 1) == ChartNode.PREROUTING;
        if (undecided && (step.hook() == Hook.INPUT || step.hook() == Hook.FORWARD)) {
            come(ChartNode.ROUTE_IN);
            add(Style.NOTE, "it came with its route");
        }
        final ChartNode node = ChartNode.of(step.hook());
        come(node);
        final List<String> words = new ArrayList<>();
        if (!step.in().isEmpty()) {
            words.add("in " + step.in());
        }
        if (!step.out().isEmpty()) {
            words.add("out " + step.out());
        }
        if (step.mark() != 0) {
            words.add("mark " + PacketText.mark(step.mark()));
        }
        devices.put(node, String.join(" ", words));
        return true;
    }

    @Override
    public Boolean hookLeft(final TraceStep.HookLeft step) {
        return true;
    }

    @Override
    public Boolean ruleMatched(final TraceStep.RuleMatched step) {
        final RuleTable.Entry entry = rules.of(step);
        at(entry.table().label());
        if (entry.rule().isEmpty()) {
            final boolean accepts = entry.chain().policyAccepts();
            return !entry.isPolicy()
                    || add(accepts ? Style.NOTE : Style.BAD, accepts ? "policy accept" : "policy drop");
        }
        final Rule rule = entry.rule().get();
        final Span span = rule.origin().rule();
        if (span.equals(lastRule)) {
            return true;
        }
        lastRule = span;
        final String file = span.file().substring(span.file().lastIndexOf('/') + 1);
        add(Style.PLACE, file + ":" + span.line());
        return add(Style.TEXT, TraceText.written(sources, span));
    }

    @Override
    public Boolean logged(final TraceStep.Logged step) {
        return add(Style.NOTE, "log \"" + step.prefix() + '"');
    }

    @Override
    public Boolean loggedToGroup(final TraceStep.LoggedToGroup step) {
        return add(Style.NOTE, "nflog group " + step.group() + " \"" + step.prefix() + '"');
    }

    @Override
    public Boolean tracked(final TraceStep.Tracked step) {
        at("conntrack");
        return add(Style.TEXT, step.ct().toLowerCase(Locale.ROOT));
    }

    @Override
    public Boolean translated(final TraceStep.Translated step) {
        at("nat");
        final String from = PacketText.endpoint(step.source(), step.sourcePort() == 0 ? -1 : step.sourcePort());
        final boolean source =
                !step.source().equals(step.sourceBefore()) || step.sourcePort() != step.sourcePortBefore();
        if (source) {
            add(Style.GOOD, "from " + from);
        }
        final int port = step.destinationPort();
        final boolean destination =
                !step.destination().equals(step.destinationBefore()) || port != step.destinationPortBefore();
        return !destination || add(Style.GOOD, "to " + PacketText.endpoint(step.destination(), port == 0 ? -1 : port));
    }

    @Override
    public Boolean routed(final TraceStep.Routed step) {
        final boolean local = visits(ChartNode.LOCAL);
        come(step.again() ? ChartNode.REROUTE : local ? ChartNode.ROUTE_OUT : ChartNode.ROUTE_IN);
        if (step.rulePriority() >= 0) {
            add(
                    Style.NOTE,
                    "rule " + step.rulePriority()
                            + (step.table() == 0 ? "" : ", table " + rules.routingTable(step.table())));
        }
        step.route()
                .ifPresent(route ->
                        add(Style.TEXT, route.destination().length() == 0 ? "default" : route.destination() + ""));
        step.gateway().ifPresent(gateway -> add(Style.TEXT, "via " + gateway));
        if (!step.device().isEmpty()) {
            add(Style.TEXT, "dev " + step.device());
        }
        step.source().ifPresent(source -> add(Style.TEXT, "src " + source));
        return step.error() == RouteError.NONE
                || add(
                        Style.BAD,
                        step.error() == RouteError.CROSS_DEVICE
                                ? "reverse path filter"
                                : step.error().name().toLowerCase(Locale.ROOT).replace('_', ' '));
    }

    @Override
    public Boolean rejected(final TraceStep.Rejected step) {
        return add(Style.BAD, "reject with " + step.with().label());
    }

    @Override
    public Boolean dropped(final TraceStep.Dropped step) {
        final String beside = beside(step.reason());
        if (!way.isEmpty() && way.get(way.size() - 1).stages().contains(beside)) {
            at(beside);
        }
        return add(Style.BAD, step.reason().text());
    }

    /** The stage of a hook that a reason belongs to; empty where it is none's, or the last one's. */
    private static String beside(final DropReason reason) {
        return switch (reason) {
            case NAT_REDIRECT, NAT_BAD_ERROR, NAT_HEADER, NAT_NO_ADDRESS, NAT_DEVICE_CHANGED -> "nat";
            case CONNTRACK_FULL, FRAGMENTS_WAIT, BAD_FRAGMENT -> "conntrack";
            case TRUNCATED,
                    BAD_VERSION,
                    BAD_HEADER_LENGTH,
                    BAD_HEADER_CHECKSUM,
                    BAD_TOTAL_LENGTH,
                    BAD_ADDRESS,
                    BAD_OPTIONS,
                    LINK_DOWN,
                    NOT_FOR_HOST,
                    ROUTING,
                    FORWARDING_OFF,
                    TTL_EXPIRED,
                    TOO_BIG,
                    REROUTE_FAILED,
                    CONNTRACK_CLASH,
                    HOTDROP,
                    BAD_SEGMENT -> "";
        };
    }
}
