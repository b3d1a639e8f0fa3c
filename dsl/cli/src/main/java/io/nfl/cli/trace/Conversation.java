// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli.trace;

import io.nfl.api.host.KernelProfile;
import io.nfl.compiler.EngineReach;
import io.nfl.compiler.LoadedPolicy;
import io.nfl.compiler.testing.PacketWords;
import io.nfl.compiler.testing.PlayedEvent;
import io.nfl.compiler.testing.TestRun;
import io.nfl.compiler.testing.TestRunner;
import io.nfl.compiler.trace.RuleTable;
import io.nfl.compiler.trace.WhyNot;
import io.nfl.diag.Code;
import io.nfl.diag.Diagnostic;
import io.nfl.diag.Result;
import io.nfl.diag.Span;
import io.nfl.ir.Policy;
import io.nfl.lang.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The packets of a trace, sent through the host of a policy. */
final class Conversation {
    /** A packet: the words it was given in, what came of it, and why not what was asked for. */
    record Asked(String words, PlayedEvent event, List<WhyNot.Reason> whyNot) {
        Asked {
            whyNot = List.copyOf(whyNot);
        }
    }

    /** @param sources a file's text by the name that spans carry */
    record Trace(Policy policy, RuleTable rules, List<Asked> packets, Function<String, Optional<String>> sources) {
        Trace {
            packets = List.copyOf(packets);
        }
    }

    /**
     * What came of the question.
     *
     * @param trace absent where the policy or the packets have errors
     * @param diagnostics errors alone; {@code nfl check} tells warnings
     */
    record Played(Optional<Trace> trace, List<Diagnostic> diagnostics, Function<String, Optional<String>> sources) {
        Played {
            diagnostics = List.copyOf(diagnostics);
        }
    }

    private Conversation() {}

    static Played play(final Subject subject, final List<String> packets, final String whyNot) {
        final Source source = subject.source();
        final PacketWords words = new PacketWords(source, packets);
        final Function<String, Optional<String>> sources =
                name -> words.text(name).or(() -> subject.sources().apply(name));
        final PacketWords.Reading reading = words.read(source, subject.finder());
        final List<Diagnostic> errors = new ArrayList<>(
                reading.diagnostics().stream().filter(Diagnostic::isError).toList());
        if (reading.policy().isEmpty() || reading.conversation().isEmpty()) {
            return new Played(Optional.empty(), errors, sources);
        }
        final Policy policy = subject.whole().apply(reading.policy().get());
        final Result<LoadedPolicy> loaded = EngineReach.load(
                policy, Span.ofLine(source.name(), 1), KernelProfile.MEASURED, LoadedPolicy.Execution.EVALUATOR);
        errors.addAll(loaded.diagnostics());
        if (loaded.value().isEmpty()) {
            return new Played(Optional.empty(), errors, sources);
        }
        final RuleTable rules = new RuleTable(policy);
        final WhyNot answer = new WhyNot(rules, sources, whyNot);
        if (!whyNot.isEmpty() && answer.asksForNothing()) {
            errors.add(Diagnostic.of(
                            Code.NAMES_UNKNOWN,
                            Span.ofLine(source.name(), 1),
                            "no rule is called `" + whyNot + "`, and none is written there")
                    .note("`accept`, `drop`, `reject`, a rule's name or its `file:line`"));
            return new Played(Optional.empty(), errors, sources);
        }
        final List<Asked> asked = new ArrayList<>();
        final TestRun run = TestRunner.run(
                LoadedPolicy.watched(policy, KernelProfile.MEASURED, answer),
                rules,
                reading.conversation().get(),
                event -> asked.add(new Asked(words.text(asked.size()), event, answer.take(event.flows()))));
        run.failure().ifPresent(failure -> errors.add(words.own(failure)));
        return new Played(Optional.of(new Trace(policy, rules, asked, sources)), errors, sources);
    }
}
