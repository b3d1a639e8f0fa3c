// SPDX-License-Identifier: Apache-2.0
package io.nfl.compiler.trace;

import io.nfl.api.net.Family;
import io.nfl.api.net.Table;
import io.nfl.api.packet.PacketView;
import io.nfl.diag.Span;
import io.nfl.engine.pipeline.Flow;
import io.nfl.engine.pipeline.TraceStep;
import io.nfl.eval.Evaluator;
import io.nfl.eval.MissWatcher;
import io.nfl.iptables.RuleParts;
import io.nfl.ir.ChainCalls;
import io.nfl.ir.Rule;
import io.nfl.ir.RuleOrigin.HeaderPart;
import io.nfl.ir.Target;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Why a verdict was not given, or a rule did not act: for each rule that would have, what was in the way. */
public final class WhyNot implements MissWatcher {
    private final RuleTable rules;
    private final Function<String, Optional<String>> sources;
    private final String question;
    private final List<Miss> misses = new ArrayList<>();

    /** A rule that was asked in vain. @param held how many of its tests held before the one that did not */
    private record Miss(Family family, int rule, int held, String part, String had) {}

    /**
     * An answer.
     *
     * @param part the test that failed first, as written; empty where the rule was not asked
     * @param had what the packet had instead; empty where the rule was not asked
     */
    public record Reason(Table table, String chain, Span rule, String text, String part, String had) {}

    /** @param question {@code accept}, {@code drop}, {@code reject}, a rule's name or its {@code file:line} */
    public WhyNot(final RuleTable rules, final Function<String, Optional<String>> sources, final String question) {
        this.rules = rules;
        this.sources = sources;
        this.question = question;
    }

    /** Whether the question is about a rule that the policy does not have. */
    public boolean asksForNothing() {
        return !question.equals("accept")
                && !question.equals("drop")
                && !question.equals("reject")
                && rules.all().stream()
                        .noneMatch(entry -> entry.rule().filter(this::isNamed).isPresent());
    }

    @Override
    public void missed(final int rule, final int match, final PacketView packet) {
        final Family family = packet.family();
        final RuleTable.Entry entry = rules.of(family, rule);
        if (entry.rule().isEmpty() || !isAsked(family, entry, entry.rule().get(), new HashSet<>())) {
            return;
        }
        final Rule tested = entry.rule().get();
        final PacketFact fact = new PacketFact(packet);
        if (match == HEADER) {
            final HeaderPart part = Evaluator.failing(tested, packet).orElse(HeaderPart.PROTOCOL);
            misses.add(new Miss(
                    family,
                    rule,
                    part.ordinal(),
                    written(tested, tested.origin().header(part), RuleParts.header(family, tested, part)),
                    fact.of(part)));
        } else {
            misses.add(new Miss(
                    family,
                    rule,
                    HeaderPart.values().length + match,
                    written(
                            tested,
                            tested.origin().match(match),
                            RuleParts.match(family, tested.matches().get(match))),
                    tested.matches().get(match).accept(fact)));
        }
    }

    /** As the policy has it; what it has no words of its own for, as iptables has it. */
    private String written(final Rule rule, final Span span, final String otherwise) {
        final String text =
                span.equals(rule.origin().rule()) || span.length() == 0 ? "" : TraceText.written(sources, span);
        return text.isEmpty() ? otherwise : text;
    }

    /** A rule of the policy in one table, though it is several in the kernel. */
    private record Written(Table table, Span rule) {
        static Optional<Written> of(final RuleTable.Entry entry) {
            return entry.rule()
                    .map(rule -> new Written(entry.table(), rule.origin().rule()));
        }
    }

    /** The answer for all that was asked since the last one: one for each rule of the policy. */
    public List<Reason> take(final List<Flow> flows) {
        final Map<Span, Reason> reasons = new LinkedHashMap<>();
        farthest(flows)
                .forEach((written, miss) -> reasons.putIfAbsent(
                        written.rule(), reason(rules.of(miss.family(), miss.rule()), miss.part(), miss.had())));
        final Set<Reason> behind = new LinkedHashSet<>();
        flows.forEach(flow -> notAsked(flow, behind));
        behind.forEach(reason -> reasons.putIfAbsent(reason.rule(), reason));
        misses.clear();
        return List.copyOf(reasons.values());
    }

    /** Of the rules in the kernel that are one in the policy the one that came farthest; none where one has acted. */
    private Map<Written, Miss> farthest(final List<Flow> flows) {
        final Set<Written> acted = new HashSet<>();
        for (final Flow flow : flows) {
            for (final TraceStep step : flow.steps()) {
                if (step instanceof TraceStep.RuleMatched matched
                        && rules.acting(matched).isPresent()) {
                    Written.of(rules.of(matched)).ifPresent(acted::add);
                }
            }
        }
        final Map<Written, Miss> farthest = new LinkedHashMap<>();
        for (final Miss miss : misses) {
            Written.of(rules.of(miss.family(), miss.rule()))
                    .filter(written -> !acted.contains(written))
                    .ifPresent(written ->
                            farthest.merge(written, miss, (one, other) -> one.held() >= other.held() ? one : other));
        }
        return farthest;
    }

    /** Rules behind the one that decided, in the chains where the packet was. */
    private void notAsked(final Flow flow, final Set<Reason> reasons) {
        for (final TraceStep step : flow.steps()) {
            if (step instanceof TraceStep.RuleMatched matched && decides(rules.of(matched))) {
                final RuleTable.Entry at = rules.of(matched);
                int next = matched.rule() + 1;
                Optional<Rule> behind = rules.of(matched.family(), next).rule();
                while (behind.isPresent()) {
                    final RuleTable.Entry entry = rules.of(matched.family(), next++);
                    if (!sameRule(at, entry) && isAsked(matched.family(), entry, behind.get(), new HashSet<>())) {
                        reasons.add(reason(entry, "", ""));
                    }
                    behind = rules.of(matched.family(), next).rule();
                }
            }
        }
    }

    private static boolean sameRule(final RuleTable.Entry one, final RuleTable.Entry other) {
        return one.rule().isPresent()
                && other.rule().isPresent()
                && one.rule()
                        .get()
                        .origin()
                        .rule()
                        .equals(other.rule().get().origin().rule());
    }

    private static boolean decides(final RuleTable.Entry entry) {
        final Optional<Target> target = entry.rule().map(Rule::target);
        return target.filter(each ->
                        each instanceof Target.Accept || each instanceof Target.Drop || each instanceof Target.Reject)
                .isPresent();
    }

    private Reason reason(final RuleTable.Entry entry, final String part, final String had) {
        final Span span = entry.rule().map(rule -> rule.origin().rule()).orElse(Span.NONE);
        return new Reason(entry.table(), entry.chain().name(), span, TraceText.written(sources, span), part, had);
    }

    /** Whether a rule gives what was asked for, itself or by a chain that it calls. */
    private boolean isAsked(final Family family, final RuleTable.Entry entry, final Rule rule, final Set<String> seen) {
        if (isNamed(rule)) {
            return true;
        }
        final Target target = rule.target();
        final boolean gives = switch (question) {
            case "accept" -> target instanceof Target.Accept && entry.table() == Table.FILTER;
            case "drop" -> target instanceof Target.Drop;
            case "reject" -> target instanceof Target.Reject;
            default -> false;
        };
        final Optional<String> callee = ChainCalls.callee(target);
        if (gives || callee.isEmpty() || !seen.add(callee.get())) {
            return gives;
        }
        return rules.all(family).stream()
                .filter(each ->
                        each.table() == entry.table() && each.chain().name().equals(callee.get()))
                .anyMatch(each -> each.rule().isPresent()
                        && isAsked(family, each, each.rule().get(), seen));
    }

    private boolean isNamed(final Rule rule) {
        final Span span = rule.origin().rule();
        final String place = span.file() + ":" + span.line();
        return rule.label().equals(Optional.of(question))
                || question.matches(".*:[0-9]+") && (place.equals(question) || place.endsWith("/" + question));
    }
}
