// SPDX-License-Identifier: Apache-2.0
package io.nfl.compiler.testing;

import io.nfl.compiler.trace.PacketText;
import io.nfl.compiler.trace.RuleTable;
import io.nfl.engine.packet.DropReason;
import io.nfl.engine.pipeline.TraceStep;
import io.nfl.engine.route.RouteError;
import io.nfl.ir.Rule;
import java.util.List;

/** What became of a packet, in half a sentence. */
final class FateText {
    private final RuleTable rules;

    FateText(final RuleTable rules) {
        this.rules = rules;
    }

    String of(final PlayedEvent event, final PacketFate fate) {
        return switch (fate.kind()) {
            case FORWARD -> "forwarded by " + fate.device() + ": " + PacketText.of(fate.bytes());
            case SEND -> "sent by " + fate.device() + ": " + PacketText.of(fate.bytes());
            case DELIVER -> "delivered: " + PacketText.of(fate.bytes());
            case REJECT -> "rejected" + by(event, fate) + ": the sender hears " + PacketText.of(fate.bytes());
            case DROP -> "dropped" + by(event, fate);
        };
    }

    private String by(final PlayedEvent event, final PacketFate fate) {
        if (event.early().isPresent()) {
            return " on arrival: " + event.early().get().text();
        }
        final List<TraceStep> steps = fate.steps(TraceStep.class);
        for (int i = steps.size() - 1; i >= 0; i--) {
            if (steps.get(i) instanceof TraceStep.Dropped dropped) {
                return dropped.reason() == DropReason.ROUTING
                        ? routing(fate)
                        : ": " + dropped.reason().text();
            }
            if (steps.get(i) instanceof TraceStep.RuleMatched matched) {
                return rule(rules.of(matched));
            }
        }
        return event.errno() == 0 ? "" : " by routing: there is no route";
    }

    private static String routing(final PacketFate fate) {
        final boolean reversePath =
                fate.steps(TraceStep.Routed.class).stream().anyMatch(step -> step.error() == RouteError.CROSS_DEVICE);
        return reversePath ? " by rp-filter" : " by routing";
    }

    private static String rule(final RuleTable.Entry entry) {
        if (entry.rule().isEmpty()) {
            return " by policy of " + entry.place();
        }
        final Rule rule = entry.rule().get();
        final String name = rule.label().map(label -> " \"" + label + "\"").orElse("");
        return " by the rule" + name + " at " + rule.origin().rule() + " (" + entry.place() + ")";
    }
}
