// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.pipeline;

import io.nfl.api.classify.Classifier;
import io.nfl.api.host.KernelProfile;
import io.nfl.api.net.Family;
import io.nfl.api.net.Hook;
import io.nfl.api.net.Table;
import io.nfl.api.net.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The hooks of one family: who is registered, in the order of {@link HookOrder} ({@code nf_hook_slow}). */
final class Hooks {
    private final Stage[][] stages = new Stage[Hook.values().length][];
    private final Stage[] confirm = new Stage[Hook.values().length];
    private final boolean tracked;

    private static final Stage NONE = (passage, hook) -> Verdict.ACCEPT;

    /**
     * Registers what the rules ask for: the loaded tables, and conntrack and defragmentation only where a rule needs
     * them.
     *
     * @param classifier absent: the family has no tables
     */
    Hooks(
            final Pipeline pipeline,
            final Family family,
            final Optional<Classifier> classifier,
            final KernelProfile kernel) {
        final Classifier.Requirements needs =
                classifier.map(Classifier::requirements).orElse(new Classifier.Requirements(false, false));
        this.tracked = needs.conntrack();
        for (final Hook hook : Hook.values()) {
            confirm[hook.ordinal()] = NONE;
            final List<Stage> list = new ArrayList<>();
            for (final HookOrder order : HookOrder.at(hook, kernel.backEnd())) {
                if (order == HookOrder.CONFIRM) {
                    if (tracked) {
                        confirm[hook.ordinal()] = pipeline.stages().confirm();
                    }
                } else {
                    stage(pipeline.stages(), order, hook, classifier, needs).ifPresent(list::add);
                }
            }
            stages[hook.ordinal()] = list.toArray(new Stage[0]);
        }
    }

    private static Optional<Stage> stage(
            final Stages all,
            final HookOrder order,
            final Hook hook,
            final Optional<Classifier> classifier,
            final Classifier.Requirements needs) {
        return switch (order) {
            case DEFRAGMENTATION ->
                needs.defragmentation() || needs.conntrack() ? Optional.of(all.defragment()) : Optional.empty();
            case CONNTRACK -> needs.conntrack() ? Optional.of(all.conntrack()) : Optional.empty();
            case RAW, FILTER, SECURITY -> table(order, classifier).map(c -> all.table(c, table(order)));
            case MANGLE ->
                table(order, classifier)
                        .map(c -> hook == Hook.OUTPUT ? all.mangleOutput(c) : all.table(c, Table.MANGLE));
            case NAT_DESTINATION, NAT_SOURCE ->
                needs.conntrack() ? table(order, classifier).map(c -> all.nat(c, hook)) : Optional.empty();
            case CONFIRM -> Optional.of(all.confirm());
        };
    }

    private static Table table(final HookOrder order) {
        return order.table().orElseThrow(() -> new IllegalStateException(order + " is no table"));
    }

    private static Optional<Classifier> table(final HookOrder order, final Optional<Classifier> classifier) {
        return classifier.filter(c -> c.tables().contains(table(order)));
    }

    /** Whether conntrack is registered. */
    boolean tracked() {
        return tracked;
    }

    /** @return ACCEPT, DROP or STOLEN */
    int run(final Passage passage, final Hook hook) {
        Recorder.enter(passage, hook);
        for (final Stage stage : stages[hook.ordinal()]) {
            final int verdict = stage.run(passage, hook);
            if (verdict != Verdict.ACCEPT) {
                return verdict;
            }
        }
        Recorder.leave(passage, hook, tracked);
        return confirm[hook.ordinal()].run(passage, hook);
    }
}
