// SPDX-License-Identifier: Apache-2.0
package io.nfl.compiler.trace;

import io.nfl.compiler.trace.SvgText.Box;
import io.nfl.engine.pipeline.Flow;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Flows drawn on netfilter's flow chart, one chart below the other: where a packet came, and what it met there. */
public final class TracePicture {
    private static final int WIDTH = 1690;
    private static final int HOOK_WIDTH = 340;
    private static final int BOX_WIDTH = 230;
    private static final int HEADER = 26;
    private static final int LINE = 15;
    private static final int STAGE_GAP = 6;
    private static final int LABEL_WIDTH = 84;
    private static final int HOOK_COLUMNS = 37;
    private static final int BOX_COLUMNS = 32;
    private static final int MAX_TEXT_LINES = 2;
    private static final int GAP = 26;

    private final RuleTable rules;
    private final Function<String, Optional<String>> sources;
    private final SvgText svg = new SvgText();
    private int bottom = 20;

    /** @param sources a file's text by the name that spans carry */
    public TracePicture(final RuleTable rules, final Function<String, Optional<String>> sources) {
        this.rules = rules;
        this.sources = sources;
    }

    /** A line above the charts that follow. */
    public void heading(final String text) {
        svg.text(20, bottom + 16, "head", text);
        bottom += 34;
    }

    /** A line of what went wrong outside the chart. */
    public void note(final String text) {
        svg.text(20, bottom + 12, "bad", text);
        bottom += 26;
    }

    public void add(final Flow flow) {
        new Chart(flow).draw();
    }

    /** The document. */
    public String svg(final String title) {
        return svg.document(WIDTH, bottom + 10, title);
    }

    /** The packet that a flow began with. */
    private static String packet(final Flow flow) {
        return flow.steps().stream()
                .filter(io.nfl.engine.pipeline.TraceStep.HookEntered.class::isInstance)
                .map(io.nfl.engine.pipeline.TraceStep.HookEntered.class::cast)
                .findFirst()
                .map(step -> PacketText.of(step.bytes()))
                .orElse("");
    }

    /** One flow's chart: measured, then drawn. */
    private final class Chart {
        private final Flow flow;
        private final ChartContent content;
        private final Map<ChartNode, Box> boxes = new EnumMap<>(ChartNode.class);
        private final int line;
        private final int under;

        Chart(final Flow flow) {
            this.flow = flow;
            this.content = ChartContent.of(flow, rules, sources);
            final int top = bottom + 58;
            final int output = height(ChartNode.ROUTE_OUT) + height(ChartNode.OUTPUT) + height(ChartNode.REROUTE);
            final int middle = top + Math.max(height(ChartNode.INPUT) + HEADER + GAP, output + 2 * GAP) + 2 * GAP;
            place(ChartNode.PREROUTING, 110, middle);
            place(ChartNode.ROUTE_IN, 490, middle);
            place(ChartNode.FORWARD, 760, middle);
            place(ChartNode.POSTROUTING, 1250, middle);
            place(ChartNode.INPUT, 435, middle - 2 * GAP - height(ChartNode.INPUT));
            place(ChartNode.LOCAL, 815, top);
            place(ChartNode.ROUTE_OUT, 1085, top);
            place(ChartNode.OUTPUT, 1085, box(ChartNode.ROUTE_OUT).bottom() + GAP);
            place(ChartNode.REROUTE, 1085, box(ChartNode.OUTPUT).bottom() + GAP);
            line = middle + HEADER / 2;
            under = boxes.values().stream().mapToInt(Box::bottom).max().orElse(middle) + GAP;
        }

        private void place(final ChartNode node, final int x, final int y) {
            boxes.put(node, new Box(x, y, node.isHook() ? HOOK_WIDTH : BOX_WIDTH, height(node)));
        }

        private Box box(final ChartNode node) {
            return java.util.Objects.requireNonNull(boxes.get(node));
        }

        private List<String> stages(final ChartNode node) {
            return node.stages().stream()
                    .filter(stage -> !stage.equals("security") || content.visits(node, stage))
                    .toList();
        }

        private int height(final ChartNode node) {
            int height = HEADER + STAGE_GAP;
            for (final String stage : stages(node)) {
                height += Math.max(node.isHook() ? 1 : 0, lines(node, stage).size()) * LINE + STAGE_GAP;
            }
            return height;
        }

        /** The lines of a stage, long ones wrapped. */
        private List<ChartContent.Line> lines(final ChartNode node, final String stage) {
            final int columns = node.isHook() ? HOOK_COLUMNS : BOX_COLUMNS;
            final List<ChartContent.Line> wrapped = new ArrayList<>();
            for (final ChartContent.Line each : content.lines(node, stage)) {
                wrap(each.text(), columns).forEach(text -> wrapped.add(new ChartContent.Line(each.style(), text)));
            }
            return wrapped;
        }

        void draw() {
            svg.text(20, bottom + 16, "head", origin() + "  " + packet(flow));
            final boolean stopped = content.end().isPresent();
            svg.text(20, bottom + 36, stopped ? "bad" : "good", end());
            edges();
            for (final ChartNode node : ChartNode.values()) {
                node(node);
            }
            bottom = under + 2 * GAP;
        }

        private String origin() {
            return switch (flow.origin()) {
                case WIRE -> "in " + flow.device();
                case LOCAL -> "from this host";
                case LOOPBACK -> "back by lo";
            };
        }

        private String end() {
            final StringBuilder text = new StringBuilder(flow.end().text());
            flow.sent()
                    .forEach(sent -> text.append("  out ")
                            .append(sent.device())
                            .append("  ")
                            .append(PacketText.of(sent.bytes())));
            return text.toString();
        }

        private void node(final ChartNode node) {
            final Box box = box(node);
            final boolean on = content.visits(node);
            svg.box(box, content.end().equals(Optional.of(node)) ? "node end" : on ? "node on" : "node");
            svg.text(box.x() + 10, box.y() + 18, on ? "title" : "title faint", node.title());
            svg.text(box.right() - 10, box.y() + 18, "note", "end", content.devices(node));
            int y = box.y() + HEADER + STAGE_GAP;
            for (final String stage : stages(node)) {
                if (node.isHook()) {
                    svg.line("rule", box.x() + 1, y - STAGE_GAP / 2, box.right() - 1, y - STAGE_GAP / 2);
                    final boolean reached = content.visits(node, stage);
                    svg.text(box.x() + 10, y + 11, reached ? "stage" : "faint", stage);
                }
                final int x = box.x() + (node.isHook() ? LABEL_WIDTH : 10);
                final List<ChartContent.Line> lines = lines(node, stage);
                for (int i = 0; i < lines.size(); i++) {
                    svg.text(
                            x,
                            y + 11 + i * LINE,
                            look(lines.get(i).style()),
                            lines.get(i).text());
                }
                y += Math.max(node.isHook() ? 1 : 0, lines.size()) * LINE + STAGE_GAP;
            }
        }

        private static String look(final ChartContent.Style style) {
            return switch (style) {
                case PLACE -> "place";
                case TEXT -> "text";
                case NOTE -> "note";
                case GOOD -> "good";
                case BAD -> "bad";
            };
        }

        private void edges() {
            final boolean wire = flow.origin() == Flow.Origin.WIRE;
            final boolean sent = flow.end() == Flow.End.FORWARDED || flow.end() == Flow.End.SENT;
            final boolean loops = flow.origin() == Flow.Origin.LOOPBACK || flow.end() == Flow.End.SENT_TO_LOOPBACK;
            final Box pre = box(ChartNode.PREROUTING);
            final Box post = box(ChartNode.POSTROUTING);
            svg.text(20, line - 8, wire ? "title" : "title faint", wire ? flow.device() : "in");
            edge(wire, 20, line, pre.x(), line);
            final String device =
                    flow.sent().isEmpty() ? "out" : flow.sent().get(0).device();
            svg.text(post.right() + 16, line - 8, sent ? "title" : "title faint", device);
            edge(sent, post.right(), line, WIDTH - 20, line);
            edge(
                    loops,
                    post.middle(),
                    post.bottom(),
                    post.middle(),
                    under,
                    pre.middle(),
                    under,
                    pre.middle(),
                    pre.bottom());
            svg.text(pre.middle() + 12, under - 6, loops ? "title" : "title faint", "lo");
            inner();
        }

        private void inner() {
            final Box routing = box(ChartNode.ROUTE_IN);
            final Box input = box(ChartNode.INPUT);
            final Box local = box(ChartNode.LOCAL);
            final Box decision = box(ChartNode.ROUTE_OUT);
            final Box output = box(ChartNode.OUTPUT);
            final Box again = box(ChartNode.REROUTE);
            final int x = decision.middle();
            final Box post = box(ChartNode.POSTROUTING);
            final Box forward = box(ChartNode.FORWARD);
            final boolean forwarded = step(ChartNode.FORWARD, ChartNode.POSTROUTING);
            final boolean leaves =
                    step(ChartNode.OUTPUT, ChartNode.POSTROUTING) || step(ChartNode.REROUTE, ChartNode.POSTROUTING);
            final boolean rerouted = leaves || step(ChartNode.OUTPUT, ChartNode.REROUTE);
            edge(
                    step(ChartNode.PREROUTING, ChartNode.ROUTE_IN),
                    box(ChartNode.PREROUTING).right(),
                    line,
                    routing.x(),
                    line);
            edge(
                    step(ChartNode.ROUTE_IN, ChartNode.INPUT),
                    routing.middle(),
                    routing.y(),
                    routing.middle(),
                    input.bottom());
            edge(step(ChartNode.ROUTE_IN, ChartNode.FORWARD), routing.right(), line, forward.x(), line);
            edge(
                    step(ChartNode.INPUT, ChartNode.LOCAL),
                    input.right(),
                    input.y() + HEADER / 2,
                    local.middle(),
                    input.y() + HEADER / 2,
                    local.middle(),
                    local.bottom());
            edge(
                    step(ChartNode.LOCAL, ChartNode.ROUTE_OUT),
                    local.right(),
                    local.y() + HEADER / 2,
                    decision.x(),
                    local.y() + HEADER / 2);
            edge(step(ChartNode.ROUTE_OUT, ChartNode.OUTPUT), x, decision.bottom(), x, output.y());
            edge(rerouted, x, output.bottom(), x, again.y());
            edge(!leaves && forwarded, forward.right(), line, post.x(), line);
            if (leaves) {
                svg.line("on", x, again.bottom(), x, line, post.x() - 8, line);
                edge(true, x, line, post.x(), line);
            } else {
                svg.line("", x, again.bottom(), x, line - 2);
            }
        }

        private boolean step(final ChartNode from, final ChartNode to) {
            for (int i = 1; i < content.way().size(); i++) {
                if (content.way().get(i - 1) == from && content.way().get(i) == to) {
                    return true;
                }
            }
            return false;
        }

        private void edge(final boolean on, final int... points) {
            svg.arrow(on ? "on" : "", points);
        }
    }

    /** At most {@value #MAX_TEXT_LINES} lines, broken at spaces. */
    private static List<String> wrap(final String text, final int columns) {
        final List<String> lines = new ArrayList<>();
        String rest = text;
        while (rest.length() > columns && lines.size() < MAX_TEXT_LINES - 1) {
            final int space = rest.lastIndexOf(' ', columns);
            final int end = space > columns / 2 ? space : columns;
            lines.add(rest.substring(0, end).stripTrailing());
            rest = "  " + rest.substring(end).strip();
        }
        lines.add(rest.length() > columns ? rest.substring(0, columns - 1) + "…" : rest);
        return lines;
    }
}
