// SPDX-License-Identifier: Apache-2.0
package io.nfl.bytecode;

import io.nfl.api.classify.Classifier;
import io.nfl.api.host.HostDescription;
import io.nfl.bytecode.RandomConversation.Arrival;
import io.nfl.engine.choice.SeededChooser;
import io.nfl.engine.clock.SettableClock;
import io.nfl.engine.conntrack.ConntrackEntry;
import io.nfl.engine.load.ClassifierLoader;
import io.nfl.engine.pipeline.Engine;
import io.nfl.engine.pipeline.EngineOptions;
import io.nfl.engine.pipeline.Flow;
import io.nfl.engine.pipeline.TraceStep;
import io.nfl.eval.Evaluator;
import io.nfl.ir.Ruleset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** A whole host with one classifier, and all that it tells of a packet. */
final class EngineWalk {
    private static final long MILLISECOND = 1_000_000;

    private final Classifier classifier;
    private final SettableClock clock = new SettableClock();
    private final List<Flow.Sent> left = new ArrayList<>();
    private final Set<String> tcpStates = new TreeSet<>();
    private final Engine engine;

    private EngineWalk(HostDescription host, Ruleset ruleset, Classifier classifier) {
        this.classifier = classifier;
        this.engine = new Engine(
                host,
                Map.of(ruleset.family(), classifier),
                clock,
                new SeededChooser(1),
                EngineOptions.ANSWERING,
                (device, bytes, length) -> left.add(new Flow.Sent(device, Arrays.copyOf(bytes, length))));
        engine.record(true);
    }

    static EngineWalk evaluator(HostDescription host, Ruleset ruleset) {
        return new EngineWalk(host, ruleset, Evaluator.of(ruleset));
    }

    static EngineWalk bytecode(HostDescription host, Ruleset ruleset) {
        final var generated = ClassifierCompiler.compile(ruleset, ClassifierLoader.PACKAGE + "Rules");
        return new EngineWalk(
                host, ruleset, ClassifierLoader.hidden(generated.classFile()).newClassifier(generated.constants()));
    }

    /** Flows with their steps, and connections. */
    String receive(Arrival packet) {
        clock.advance(MILLISECOND);
        left.clear();
        engine.receive(packet.device(), packet.bytes(), 0, packet.bytes().length);
        final StringBuilder told = new StringBuilder();
        engine.takeFlows().forEach(flow -> tell(flow, told));
        for (final ConntrackEntry entry : engine.connections()) {
            entry.state().ifPresent(tcpStates::add);
            told.append(entry).append('\n');
        }
        return told.toString();
    }

    private static void tell(Flow flow, StringBuilder told) {
        told.append(flow.origin()).append(' ').append(flow.device()).append(' ').append(flow.end());
        told.append(" mark ").append(flow.mark()).append(' ').append(flow.ct()).append('\n');
        for (final TraceStep step : flow.steps()) {
            if (step instanceof TraceStep.HookEntered entered) {
                told.append(entered.hook())
                        .append(' ')
                        .append(entered.in())
                        .append(' ')
                        .append(entered.out());
                told.append(' ').append(entered.mark()).append(' ');
                told.append(HexFormat.of().formatHex(entered.bytes())).append('\n');
            } else if (step instanceof TraceStep.HookLeft leaving) {
                told.append(leaving.hook())
                        .append(" left ")
                        .append(leaving.mark())
                        .append(leaving.ct());
                told.append(HexFormat.of().formatHex(leaving.bytes())).append('\n');
            } else {
                told.append(step).append('\n');
            }
        }
        for (final Flow.Sent sent : flow.sent()) {
            told.append(sent.device())
                    .append(' ')
                    .append(HexFormat.of().formatHex(sent.bytes()))
                    .append('\n');
        }
    }

    /** What left for the last packet. */
    List<Flow.Sent> left() {
        return List.copyOf(left);
    }

    Set<String> tcpStates() {
        return tcpStates;
    }

    long packets(int rule) {
        return classifier.packets(rule);
    }

    List<Long> counters() {
        final List<Long> counters = new ArrayList<>();
        for (int rule = 0; rule < classifier.layout().size(); rule++) {
            counters.add(classifier.packets(rule));
            counters.add(classifier.bytes(rule));
        }
        return counters;
    }
}
