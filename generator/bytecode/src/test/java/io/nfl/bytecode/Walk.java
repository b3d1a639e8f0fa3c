// SPDX-License-Identifier: Apache-2.0
package io.nfl.bytecode;

import io.nfl.api.classify.Classifier;
import io.nfl.api.classify.RuleListener;
import io.nfl.api.classify.RuleState;
import io.nfl.api.classify.StateSpec;
import io.nfl.api.net.Hook;
import io.nfl.api.net.Table;
import io.nfl.engine.load.ClassifierLoader;
import io.nfl.eval.Evaluator;
import io.nfl.ir.Ruleset;
import java.util.ArrayList;
import java.util.List;

/** One classifier with states and a listener of its own, and what it did. */
final class Walk {
    final Classifier classifier;
    private final List<String> trace = new ArrayList<>();

    private Walk(Classifier classifier) {
        this.classifier = classifier;
        final List<RuleState> states = new ArrayList<>();
        for (final StateSpec spec : classifier.stateSpecs()) {
            states.add(state(spec, states.size()));
        }
        final RuleListener listener = (rule, packet) -> trace.add("rule " + rule);
        classifier.bind(states, listener);
    }

    static Walk of(Classifier classifier) {
        return new Walk(classifier);
    }

    static Walk evaluator(Ruleset ruleset) {
        return new Walk(Evaluator.of(ruleset));
    }

    static Walk bytecode(Ruleset ruleset) {
        final var generated = ClassifierCompiler.compile(ruleset, ClassifierLoader.PACKAGE + "Rules");
        return new Walk(ClassifierLoader.hidden(generated.classFile()).newClassifier(generated.constants()));
    }

    /** A state that counts its own asks: asked once more or less, or in another order, it answers otherwise. */
    private RuleState state(StateSpec spec, int number) {
        final int[] asked = new int[1];
        final int every = 2 + Math.floorMod(spec.hashCode(), 3);
        return packet -> {
            asked[0]++;
            trace.add("state " + number);
            if (asked[0] % 41 == 0) {
                return RuleState.HOTDROP;
            }
            return asked[0] % every == 0 ? RuleState.MISS : RuleState.HIT;
        };
    }

    /** Verdict, trace, states asked, targets called, and the packet as it came out. */
    String classify(Table table, Hook hook, TestPacket packet) {
        trace.clear();
        final TestPacket own = packet.copy();
        final RecordingTargets targets = new RecordingTargets(own);
        final int verdict = classifier.classify(table, hook, own, targets);
        return "verdict " + verdict + " " + trace + " " + targets.calls + " " + own.outcome();
    }
}
