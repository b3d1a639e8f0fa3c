// SPDX-License-Identifier: Apache-2.0
package io.nfl.compiler.trace;

import io.nfl.api.net.IpAddress;
import io.nfl.diag.Span;
import io.nfl.engine.pipeline.Flow;
import io.nfl.engine.pipeline.TraceStep;
import io.nfl.engine.route.RouteError;
import io.nfl.ir.Rule;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** Flows for people: a line for each step, hook by hook. */
public final class TraceText {
    private static final int WIDTH = 11;

    private final RuleTable rules;
    private final Function<String, Optional<String>> sources;
    private final Palette palette;

    /** @param sources a file's text by the name that spans carry */
    public TraceText(final RuleTable rules, final Function<String, Optional<String>> sources, final Palette palette) {
        this.rules = rules;
        this.sources = sources;
        this.palette = palette;
    }

    /** All flows of an event; an empty line between two. */
    public String of(final List<Flow> flows) {
        final int width = flows.stream()
                .flatMap(flow -> flow.steps().stream())
                .filter(TraceStep.RuleMatched.class::isInstance)
                .flatMap(step -> rules.of((TraceStep.RuleMatched) step).rule().stream())
                .mapToInt(rule -> place(rule).length())
                .max()
                .orElse(0);
        final StringBuilder text = new StringBuilder();
        for (final Flow flow : flows) {
            if (text.length() > 0) {
                text.append('\n');
            }
            flow(flow, text, width);
        }
        return text.toString();
    }

    private static String place(final Rule rule) {
        return rule.origin().rule().file() + ":" + rule.origin().rule().line();
    }

    private void flow(final Flow flow, final StringBuilder text, final int width) {
        final Lines lines = new Lines(text, width);
        text.append(palette.bold(
                switch (flow.origin()) {
                    case WIRE -> "in " + flow.device();
                    case LOCAL -> "from this host";
                    case LOOPBACK -> "back by lo";
                }));
        begin(flow).ifPresent(bytes -> text.append("  ").append(PacketText.of(bytes)));
        text.append('\n');
        flow.steps().forEach(step -> step.accept(lines));
        final boolean went = switch (flow.end()) {
            case FORWARDED, SENT, SENT_TO_LOOPBACK, DELIVERED -> true;
            case LOST,
                    DROPPED_IN_PREROUTING,
                    DROPPED_BY_ROUTING,
                    DROPPED_IN_INPUT,
                    DROPPED_IN_FORWARD,
                    DROPPED_AFTER_FORWARD,
                    DROPPED_IN_OUTPUT,
                    DROPPED_AFTER_OUTPUT,
                    DROPPED_IN_POSTROUTING -> false;
        };
        final String end = flow.end().text();
        text.append("  ").append(went ? palette.good(end) : palette.bad(end));
        for (final Flow.Sent sent : flow.sent()) {
            text.append("  out ").append(sent.device()).append("  ").append(PacketText.of(sent.bytes()));
        }
        text.append('\n');
    }

    private static Optional<byte[]> begin(final Flow flow) {
        return flow.steps().stream()
                .filter(TraceStep.HookEntered.class::isInstance)
                .findFirst()
                .map(step -> ((TraceStep.HookEntered) step).bytes());
    }

    /** Steps as lines. A rule of the policy that is several in the kernel has one line. */
    private final class Lines implements TraceStep.Visitor<StringBuilder> {
        private final StringBuilder text;
        private final int placeWidth;
        private Span last = Span.NONE;
        private int mark;

        Lines(final StringBuilder text, final int placeWidth) {
            this.text = text;
            this.placeWidth = placeWidth;
        }

        private StringBuilder line(final String what, final String rest) {
            return text.append("    ").append(pad(what)).append(rest).append('\n');
        }

        private String pad(final String what) {
            return palette.dim(what) + " ".repeat(Math.max(1, WIDTH - what.length()));
        }

        @Override
        public StringBuilder hookEntered(final TraceStep.HookEntered step) {
            last = Span.NONE;
            text.append("  ").append(palette.bold(step.hook().name()));
            if (!step.in().isEmpty()) {
                text.append(" in ").append(step.in());
            }
            if (!step.out().isEmpty()) {
                text.append(" out ").append(step.out());
            }
            mark = step.mark();
            if (mark != 0) {
                text.append(" mark ").append(PacketText.mark(mark));
            }
            return text.append('\n');
        }

        @Override
        public StringBuilder hookLeft(final TraceStep.HookLeft step) {
            return step.mark() == mark ? text : line("mark", PacketText.mark(step.mark()));
        }

        @Override
        public StringBuilder ruleMatched(final TraceStep.RuleMatched step) {
            final RuleTable.Entry entry = rules.of(step);
            final String table = entry.table().label();
            if (entry.rule().isEmpty()) {
                final String name = entry.chain().name();
                return entry.isPolicy()
                        ? line(table, "policy " + (entry.chain().policyAccepts() ? "accept" : "drop"))
                        : entry.isLowered() ? text : line(table, "end of chain " + name);
            }
            final Rule rule = entry.rule().get();
            final Span span = rule.origin().rule();
            if (span.equals(last)) {
                return text;
            }
            last = span;
            return line(table, placed(rule) + written(sources, span));
        }

        private String placed(final Rule rule) {
            final String place = place(rule);
            return palette.place(place) + " ".repeat(placeWidth + 2 - place.length());
        }

        @Override
        public StringBuilder logged(final TraceStep.Logged step) {
            return line("log", '"' + step.prefix() + '"');
        }

        @Override
        public StringBuilder loggedToGroup(final TraceStep.LoggedToGroup step) {
            return line("nflog", "group " + step.group() + " \"" + step.prefix() + '"');
        }

        @Override
        public StringBuilder tracked(final TraceStep.Tracked step) {
            return line("conntrack", step.ct().toLowerCase(Locale.ROOT));
        }

        @Override
        public StringBuilder translated(final TraceStep.Translated step) {
            final String from = end(step.sourceBefore(), step.sourcePortBefore());
            final String source = end(step.source(), step.sourcePort());
            if (!from.equals(source)) {
                line("nat", "source " + from + " becomes " + source);
            }
            final String to = end(step.destinationBefore(), step.destinationPortBefore());
            final String destination = end(step.destination(), step.destinationPort());
            return to.equals(destination) ? text : line("nat", "destination " + to + " becomes " + destination);
        }

        private static String end(final IpAddress address, final int port) {
            return PacketText.endpoint(address, port == 0 ? -1 : port);
        }

        @Override
        public StringBuilder routed(final TraceStep.Routed step) {
            text.append("  ").append(palette.bold(step.again() ? "routing again" : "routing"));
            return text.append("  ").append(RouteText.of(rules, step)).append('\n');
        }

        @Override
        public StringBuilder rejected(final TraceStep.Rejected step) {
            return line("reject", "with " + step.with().label() + (step.answered() ? "" : ", not answered"));
        }

        @Override
        public StringBuilder dropped(final TraceStep.Dropped step) {
            return line(
                    "dropped",
                    step.reason().text() + palette.dim(" (" + step.reason().kernel(step.family()) + ")"));
        }
    }

    /** A stretch of a source on one line; empty where the source is not to be had. */
    public static String written(final Function<String, Optional<String>> sources, final Span span) {
        final String source = sources.apply(span.file()).orElse("");
        if (span.length() == 0) {
            return span.line() == 0
                    ? ""
                    : source.lines()
                            .skip(span.line() - 1L)
                            .findFirst()
                            .orElse("")
                            .strip();
        }
        return span.offset() + span.length() > source.length()
                ? ""
                : source.substring(span.offset(), span.offset() + span.length())
                        .strip()
                        .replaceAll("\\s+", " ");
    }

    /** Routing decisions in a line. */
    private static final class RouteText {
        static String of(final RuleTable rules, final TraceStep.Routed step) {
            final StringBuilder line = new StringBuilder();
            if (step.rulePriority() >= 0) {
                line.append("rule ").append(step.rulePriority()).append(", ");
            }
            if (step.table() != 0) {
                line.append("table ").append(rules.routingTable(step.table())).append(": ");
            }
            step.route()
                    .ifPresent(route -> line.append(
                                    switch (route.type()) {
                                        case UNICAST -> "";
                                        case LOCAL,
                                                BROADCAST,
                                                MULTICAST,
                                                ANYCAST,
                                                BLACKHOLE,
                                                UNREACHABLE,
                                                PROHIBIT,
                                                THROW -> route.type().label() + " ";
                                    })
                            .append(route.destination().length() == 0 ? "default" : route.destination()));
            step.gateway().ifPresent(gateway -> line.append(" via ").append(gateway));
            if (!step.device().isEmpty()) {
                line.append(" dev ").append(step.device());
            }
            step.source().ifPresent(source -> line.append(" src ").append(source));
            if (step.error() == RouteError.CROSS_DEVICE) {
                line.append(line.length() == 0 ? "" : ": ").append("refused by reverse path filtering");
            } else if (step.error() != RouteError.NONE) {
                line.append(line.length() == 0 ? "" : ": ")
                        .append(step.error().name().toLowerCase(Locale.ROOT).replace('_', ' '));
            }
            return line.toString();
        }
    }
}
