// SPDX-License-Identifier: Apache-2.0
package io.nfl.compiler.testing;

import io.nfl.compiler.trace.RuleTable;
import io.nfl.diag.Span;
import io.nfl.engine.pipeline.Flow;
import io.nfl.engine.pipeline.TraceStep;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Which rules of a policy its tests reached: rules that acted on some packet, as they were written. */
public final class Coverage {
    private final RuleTable rules;
    private final Set<Span> reached = new TreeSet<>();

    public Coverage(final RuleTable rules) {
        this.rules = rules;
    }

    public void add(final TestRun run) {
        for (final PlayedEvent event : run.events()) {
            for (final Flow flow : event.flows()) {
                for (final TraceStep step : flow.steps()) {
                    if (step instanceof TraceStep.RuleMatched matched) {
                        rules.acting(matched)
                                .ifPresent(rule -> reached.add(rule.origin().rule()));
                    }
                }
            }
        }
    }

    public int written() {
        return rules.written().size();
    }

    public int reached() {
        return reached.size();
    }

    /** In the order of the text. */
    public List<Span> unreached() {
        final Set<Span> rest = new TreeSet<>(rules.written());
        rest.removeAll(reached);
        return List.copyOf(rest);
    }
}
