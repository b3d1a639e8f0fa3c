// SPDX-License-Identifier: Apache-2.0
package io.nfl.check;

import io.nfl.diag.Diagnostic;
import io.nfl.ir.Policy;
import java.util.List;

/** All that is asked of a policy, in order. */
public final class Checks {
    private static final List<Pass> PASSES = List.of(
            new PlacementPass(),
            new BlockPolicyPass(),
            new ChainPass(),
            new ShadowPass(),
            new ConntrackPass(),
            new NatPass(),
            new TranslatedPass(),
            new UntrackedNatPass(),
            new LoopbackDnatPass(),
            new MarkPass(),
            new DropPolicyPass(),
            new RoutingRulePass());

    private Checks() {}

    /** Sorted by place, none twice. */
    public static List<Diagnostic> run(final Policy policy) {
        final Findings findings = new Findings();
        PASSES.forEach(pass -> pass.run(policy, findings));
        return findings.sorted();
    }
}
