// SPDX-License-Identifier: Apache-2.0
package io.nfl.compiler.testing;

import io.nfl.api.classify.Classifier;
import io.nfl.api.classify.CompiledPolicy;
import io.nfl.api.host.InterfaceAddress;
import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.compiler.trace.RuleTable;
import io.nfl.compiler.trace.Tuple;
import io.nfl.diag.Code;
import io.nfl.diag.Diagnostic;
import io.nfl.engine.choice.Chooser;
import io.nfl.engine.choice.SeededChooser;
import io.nfl.engine.clock.SettableClock;
import io.nfl.engine.localhost.LocalSender;
import io.nfl.engine.packet.DropReason;
import io.nfl.engine.pipeline.Engine;
import io.nfl.engine.pipeline.EngineOptions;
import io.nfl.engine.pipeline.Flow;
import io.nfl.ir.test.Outcome;
import io.nfl.ir.test.Step;
import io.nfl.ir.test.TestCase;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Runs one test on a freshly loaded policy in the engine. */
public final class TestRunner implements Step.Visitor<Optional<Diagnostic>> {
    private static final long SEED = 1;

    private final SettableClock clock = new SettableClock();
    private final List<Flow.Sent> wire = new ArrayList<>();
    private final List<PlayedEvent> events = new ArrayList<>();
    private final Conversations conversations = new Conversations();
    private final Expectations expectations;
    private final RuleTable rules;
    private final Engine engine;
    private final Consumer<PlayedEvent> listener;
    private final Set<IpAddress> own;
    private final IntToLongFunction drift;
    private final Witness witness;
    private long drifted;
    /** Where the last packet can be answered from: a device, this host (empty), or from nowhere (absent). */
    private Optional<String> answering = Optional.empty();

    private TestRunner(
            final CompiledPolicy policy,
            final RuleTable rules,
            final Chooser chooser,
            final IntToLongFunction drift,
            final Witness witness,
            final Consumer<PlayedEvent> listener) {
        this.drift = drift;
        this.witness = witness;
        this.listener = listener;
        this.rules = rules;
        this.expectations = new Expectations(rules);
        this.engine = Engine.of(
                policy,
                clock,
                chooser,
                EngineOptions.SILENT,
                (device, bytes, length) -> wire.add(new Flow.Sent(device, Arrays.copyOf(bytes, length))));
        engine.record(true);
        own = Stream.concat(
                        Stream.of("127.0.0.1", "::1").map(IpAddress::parse),
                        policy.host().devices().stream()
                                .flatMap(device -> device.addresses().stream())
                                .map(InterfaceAddress::address))
                .collect(Collectors.toSet());
    }

    /**
     * Runs a test.
     *
     * @param rules of the same policy
     * @throws io.nfl.engine.route.HostRefusedException where the engine cannot follow the host
     */
    public static TestRun run(final CompiledPolicy policy, final RuleTable rules, final TestCase test) {
        return run(policy, rules, test, event -> {});
    }

    /**
     * Runs a test in which chance goes a certain way, and time passes as it did elsewhere.
     *
     * @param drift ns from the begin that have passed before the event of this number without being waited for
     * @param witness says what came of each event where the test is judged, and whose packets are answered
     */
    public static TestRun run(
            final CompiledPolicy policy,
            final RuleTable rules,
            final TestCase test,
            final Chooser chooser,
            final IntToLongFunction drift,
            final Witness witness) {
        return run(new TestRunner(policy, rules, chooser, drift, witness, event -> {}), policy, test);
    }

    /** Runs a test. @param listener is told of each event right after it */
    public static TestRun run(
            final CompiledPolicy policy,
            final RuleTable rules,
            final TestCase test,
            final Consumer<PlayedEvent> listener) {
        return run(
                new TestRunner(policy, rules, new SeededChooser(SEED), event -> 0, Witness.OF_THE_ENGINE, listener),
                policy,
                test);
    }

    private static TestRun run(final TestRunner runner, final CompiledPolicy policy, final TestCase test) {
        final Optional<Diagnostic> failure = runner.steps(test.steps());
        final Map<Family, Classifier> classifiers = new EnumMap<>(Family.class);
        for (final Family family : policy.families()) {
            runner.engine.classifier(family).ifPresent(rule -> classifiers.put(family, rule));
        }
        return new TestRun(test, runner.events, failure, classifiers);
    }

    private Optional<Diagnostic> steps(final List<Step> steps) {
        for (final Step step : steps) {
            final Optional<Diagnostic> failure = step.accept(this);
            if (failure.isPresent()) {
                return failure;
            }
        }
        return Optional.empty();
    }

    @Override
    public Optional<Diagnostic> send(final Step.Send step) {
        final byte[] bytes = conversations.send(step.packet());
        return step.device().isPresent()
                ? arrival(step, step.device().get(), bytes, step.expected())
                : local(step, step.uid(), bytes, step.expected());
    }

    @Override
    public Optional<Diagnostic> reply(final Step.Reply step) {
        final Optional<String> from = answering;
        final Optional<byte[]> bytes =
                from.isEmpty() ? Optional.empty() : conversations.reply(step.kind(), step.fields());
        if (from.isEmpty() || bytes.isEmpty()) {
            return Optional.of(
                    Diagnostic.of(Code.TEST_NO_REPLY, step.span(), "nobody can reply: the packet before came to nobody")
                            .note("a packet that was dropped or rejected has no answer; `send` another one"));
        }
        return from.get().isEmpty()
                ? local(step, OptionalInt.empty(), bytes.get(), step.expected())
                : arrival(step, from.get(), bytes.get(), step.expected());
    }

    @Override
    public Optional<Diagnostic> waits(final Step.Wait step) {
        drift();
        clock.advance(step.duration().toNanos());
        play(step, new Stimulus.Wait(step.duration()), Optional.empty(), 0);
        return Optional.empty();
    }

    @Override
    public Optional<Diagnostic> repeat(final Step.Repeat step) {
        for (int i = 1; i <= step.count(); i++) {
            final Optional<Diagnostic> failure = steps(step.steps());
            if (failure.isPresent()) {
                return Optional.of(failure.get().note("in round " + i + " of " + step.count()));
            }
        }
        return Optional.empty();
    }

    @Override
    public Optional<Diagnostic> link(final Step.Link step) {
        drift();
        engine.setLink(step.device(), step.up());
        play(step, new Stimulus.Link(step.device(), step.up()), Optional.empty(), 0);
        return Optional.empty();
    }

    private Optional<Diagnostic> arrival(
            final Step step, final String device, final byte[] bytes, final List<Outcome> expected) {
        drift();
        final Optional<DropReason> early = engine.receive(device, bytes, 0, bytes.length);
        return judge(play(step, new Stimulus.Arrival(device, bytes), early, 0), expected);
    }

    private Optional<Diagnostic> local(
            final Step step, final OptionalInt uid, final byte[] bytes, final List<Outcome> expected) {
        final Tuple tuple = Tuple.of(bytes);
        final Optional<IpAddress> bound = Optional.of(tuple.source()).filter(own::contains);
        drift();
        final int errno = engine.sendRaw(
                new LocalSender.Request(
                        bound, OptionalInt.empty(), tuple.destination(), 0, 0, Optional.empty(), uid.orElse(0)),
                bytes);
        final Stimulus stimulus = new Stimulus.Local(uid.orElse(0), bound, bytes);
        return judge(play(step, stimulus, Optional.empty(), errno), expected);
    }

    private void drift() {
        final long now = drift.applyAsLong(events.size());
        if (now > drifted) {
            clock.advance(now - drifted);
            drifted = now;
        }
    }

    private PlayedEvent play(
            final Step step, final Stimulus stimulus, final Optional<DropReason> early, final int errno) {
        final PlayedEvent event =
                new PlayedEvent(step, stimulus, engine.takeFlows(), wire, engine.connections(), early, errno);
        wire.clear();
        final PlayedEvent seen = witness.sees(events.size(), event);
        events.add(event);
        listener.accept(event);
        expectations.count(seen);
        return seen;
    }

    private Optional<Diagnostic> judge(final PlayedEvent event, final List<Outcome> expected) {
        final PacketFate fate = PacketFate.of(event);
        switch (fate.kind()) {
            case FORWARD, SEND -> {
                conversations.arrived(fate.bytes());
                answering = Optional.of(fate.device());
            }
            case DELIVER -> {
                conversations.arrived(fate.bytes());
                answering = Optional.of("");
            }
            case DROP, REJECT -> {
                conversations.lost();
                answering = Optional.empty();
            }
        }
        if (expected.isEmpty()) {
            return Optional.empty();
        }
        final Tuple begin = Tuple.of(conversations.whole());
        final List<String> reasons = new ArrayList<>();
        for (final Outcome outcome : expected) {
            final Optional<String> difference = expectations.differs(outcome, event, fate, begin);
            if (difference.isEmpty()) {
                return Optional.empty();
            }
            reasons.add(difference.get());
        }
        return Optional.of(failure(event, fate, expected, reasons));
    }

    private Diagnostic failure(
            final PlayedEvent event, final PacketFate fate, final List<Outcome> expected, final List<String> reasons) {
        Diagnostic failure = Diagnostic.of(
                Code.TEST_FAILED, expected.get(0).span(), "the packet is " + new FateText(rules).of(event, fate));
        for (int i = 0; i < expected.size(); i++) {
            if (expected.get(i).kind() == fate.kind()) {
                failure = failure.note(reasons.get(i));
            }
        }
        return failure;
    }
}
