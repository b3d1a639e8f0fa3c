// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli.run;

import io.nfl.api.classify.CompiledPolicy;
import io.nfl.api.classify.RuleLayout;
import io.nfl.api.classify.RuleLayout.ChainLayout;
import io.nfl.api.classify.RuleLayout.RuleSite;
import io.nfl.api.net.Family;
import io.nfl.engine.packet.DropReason;
import io.nfl.engine.pipeline.Flow;
import io.nfl.engine.pipeline.TraceStep;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What became of packets: how many ended how, and by which rule or for which reason they were dropped. */
final class Ends {
    private final Map<Family, RuleLayout> layouts = new EnumMap<>(Family.class);
    private final Map<Flow.End, Long> ends = new EnumMap<>(Flow.End.class);
    private final Map<Drop, Long> drops = new LinkedHashMap<>();
    private long held;

    /** What kind of thing dropped a packet. */
    enum Cause {
        RULE,
        POLICY,
        REASON
    }

    /**
     * Where packets were dropped.
     *
     * @param text {@code policy.nfl:12 "name"}, {@code policy of filter INPUT}, or the host's reason
     */
    record Drop(Cause cause, String text) {}

    /** Drops with their number. */
    record Count(Drop drop, long packets) {}

    Ends(final CompiledPolicy policy) {
        policy.families()
                .forEach(family ->
                        layouts.put(family, policy.newClassifier(family).layout()));
    }

    /** A packet that ended before PREROUTING. */
    void add(final DropReason reason) {
        count(new Drop(Cause.REASON, reason.text()));
    }

    void add(final Flow flow) {
        final Flow.End end = flow.end();
        ends.merge(end, 1L, Long::sum);
        switch (end) {
            case FORWARDED, SENT, SENT_TO_LOOPBACK, DELIVERED -> {}
            case LOST,
                    DROPPED_IN_PREROUTING,
                    DROPPED_BY_ROUTING,
                    DROPPED_IN_INPUT,
                    DROPPED_IN_FORWARD,
                    DROPPED_AFTER_FORWARD,
                    DROPPED_IN_OUTPUT,
                    DROPPED_AFTER_OUTPUT,
                    DROPPED_IN_POSTROUTING -> {
                if (isHeld(flow)) {
                    held++;
                } else {
                    count(drop(flow));
                }
            }
        }
    }

    /** A fragment that waits for the others goes on as a part of the packet that the last one makes whole. */
    private static boolean isHeld(final Flow flow) {
        return flow.steps().stream()
                .anyMatch(step ->
                        step instanceof TraceStep.Dropped dropped && dropped.reason() == DropReason.FRAGMENTS_WAIT);
    }

    /** Fragments that were held for others to come. */
    long held() {
        return held;
    }

    private void count(final Drop drop) {
        drops.merge(drop, 1L, Long::sum);
    }

    /** The last word: a reason of the host's, or the last rule of the hook that the packet did not leave. */
    private Drop drop(final Flow flow) {
        final List<TraceStep> steps = flow.steps();
        for (int i = steps.size() - 1; i >= 0; i--) {
            if (steps.get(i) instanceof TraceStep.Dropped dropped) {
                return new Drop(Cause.REASON, dropped.reason().text());
            }
            if (steps.get(i) instanceof TraceStep.RuleMatched matched) {
                return rule(matched);
            }
            if (steps.get(i) instanceof TraceStep.HookLeft || steps.get(i) instanceof TraceStep.HookEntered) {
                break;
            }
        }
        return new Drop(Cause.REASON, flow.end().text());
    }

    private Drop rule(final TraceStep.RuleMatched matched) {
        final RuleLayout layout = layouts.get(matched.family());
        if (layout == null) {
            throw new IllegalStateException("a rule of " + matched.family() + ", which has none");
        }
        final ChainLayout chain = layout.chainOf(matched.rule());
        final String place = chain.table().label() + " " + chain.name();
        if (matched.rule() == chain.tail()) {
            return new Drop(Cause.POLICY, "policy of " + place);
        }
        final RuleSite site = chain.rules().get(matched.rule() - chain.firstRule());
        final String at = site.line() == 0 ? place : site.file() + ":" + site.line();
        return new Drop(
                Cause.RULE, at + site.label().map(label -> " \"" + label + "\"").orElse(""));
    }

    long of(final Flow.End end) {
        return ends.getOrDefault(end, 0L);
    }

    /** The most frequent first. */
    List<Count> drops() {
        return drops.entrySet().stream()
                .map(each -> new Count(each.getKey(), each.getValue()))
                .sorted(Comparator.comparingLong(Count::packets)
                        .reversed()
                        .thenComparing(each -> each.drop().text()))
                .toList();
    }

    long dropped() {
        return drops.values().stream().mapToLong(Long::longValue).sum();
    }
}
