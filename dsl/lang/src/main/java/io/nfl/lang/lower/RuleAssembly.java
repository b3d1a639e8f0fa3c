// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang.lower;

import io.nfl.api.net.IpProtocol;
import io.nfl.diag.Code;
import io.nfl.ir.Rule;
import io.nfl.ir.RuleOrigin;
import io.nfl.ir.Target;
import io.nfl.lang.lower.TableDraft.ChainDraft;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Makes iptables rules of one policy rule in one family, so that it is evaluated once: each condition is tested before
 * any action, stateful tests last and once. Where one iptables rule does not do, helper chains follow one another by
 * {@code goto}, so that their end is the next rule of the chain that the policy rule stands in.
 */
final class RuleAssembly {
    private static final int MAX_COPIES = 12;
    /** Those that iptables takes ports for in a translation. */
    private static final Set<Object> PORT_PROTOCOLS = Set.of(
            IpProtocol.TCP.number(), IpProtocol.UDP.number(), IpProtocol.SCTP.number(), IpProtocol.DCCP.number());

    private final Findings findings;
    private final TableDraft table;
    private final ChainDraft chain;
    private final Parts parts;

    /**
     * What a rule is made of.
     *
     * @param origin where it was written; its parts' spans are filled in
     */
    record Parts(
            RuleOrigin origin,
            Optional<String> label,
            List<Condition> conditions,
            List<Test> stateful,
            List<Body> bodies) {
        Parts {
            conditions = List.copyOf(conditions);
            stateful = List.copyOf(stateful);
            bodies = List.copyOf(bodies);
        }

        List<Body.Line> lines() {
            return bodies.stream().flatMap(each -> each.lines().stream()).toList();
        }

        Body.Ending ending() {
            return bodies.get(bodies.size() - 1).ending();
        }

        boolean needsProtocol() {
            return bodies.stream().anyMatch(Body::needsProtocol);
        }

        private Parts with(final List<Condition> others) {
            return new Parts(origin, label, others, stateful, bodies);
        }
    }

    private RuleAssembly(final Findings findings, final TableDraft table, final ChainDraft chain, final Parts parts) {
        this.findings = findings;
        this.table = table;
        this.chain = chain;
        this.parts = parts;
    }

    static void assemble(final Findings findings, final TableDraft table, final ChainDraft chain, final Parts parts) {
        if (parts.conditions().stream().noneMatch(Condition.Never.class::isInstance)
                && !parts.bodies().isEmpty()
                && !parts.lines().isEmpty()) {
            new RuleAssembly(findings, table, chain, parts).assemble();
        }
    }

    private void assemble() {
        final Draft entry = new Draft();
        final List<Condition> stages = new ArrayList<>();
        for (final Condition each : parts.conditions()) {
            if (!(each instanceof Condition.All all)) {
                stages.add(each);
            } else if (!entry.add(all.tests())) {
                stages.add(new Condition.Any(List.of(all.tests())));
            }
        }
        if (parts.needsProtocol() && entry.protocol().isEmpty()) {
            splitByProtocol();
            return;
        }
        final boolean reset = parts.lines().stream().anyMatch(each -> each.target() instanceof Target.Reject);
        if (!reset
                && parts.needsProtocol()
                && !entry.protocol().map(RuleAssembly::hasPorts).orElse(false)) {
            protocolNeeded(false);
            return;
        }
        if (stages.isEmpty()) {
            finish(chain, entry, parts.ending() == Body.Ending.LEAVES_CHAIN);
        } else if (!copies(entry, stages)) {
            staged(entry, stages);
        }
    }

    /** The action's rule must name the protocol: one rule for each alternative that says one. */
    private void splitByProtocol() {
        for (int i = 0; i < parts.conditions().size(); i++) {
            if (parts.conditions().get(i) instanceof Condition.Any any
                    && parts.stateful().isEmpty()) {
                for (final List<Test> alternative : any.alternatives()) {
                    final List<Condition> others = new ArrayList<>(parts.conditions());
                    others.set(i, new Condition.All(alternative));
                    new RuleAssembly(findings, table, chain, parts.with(others)).assemble();
                }
                return;
            }
        }
        protocolNeeded(parts.lines().stream().anyMatch(each -> each.target() instanceof Target.Reject));
    }

    private static boolean hasPorts(final Test protocol) {
        return PORT_PROTOCOLS.contains(((Test.Header) protocol).value());
    }

    private void protocolNeeded(final boolean reset) {
        findings.report(
                Code.VALUE_PROTOCOL_NEEDED,
                parts.origin().target(),
                reset ? "`tcp-reset` answers tcp alone" : "ports need a protocol that has them",
                "write `" + (reset ? "proto tcp" : "proto tcp` or `proto udp") + "` as a match of the rule");
    }

    /** Copies of the rule, one for each combination, where a packet that takes one never comes to the next. */
    private boolean copies(final Draft entry, final List<Condition> stages) {
        final Body.Ending ending = parts.ending();
        if (ending != Body.Ending.TERMINAL && ending != Body.Ending.LEAVES_CHAIN
                || !parts.stateful().isEmpty()) {
            return false;
        }
        if (parts.lines().size() > 1 && ending != Body.Ending.LEAVES_CHAIN || hasState()) {
            return false;
        }
        List<Draft> drafts = List.of(entry);
        for (final Condition stage : stages) {
            if (!(stage instanceof Condition.Any any)) {
                return false;
            }
            final List<Draft> next = new ArrayList<>();
            for (final Draft draft : drafts) {
                for (final List<Test> alternative : any.alternatives()) {
                    final Draft copy = draft.copy();
                    if (!copy.add(alternative)) {
                        return false;
                    }
                    next.add(copy);
                }
            }
            drafts = next;
        }
        if (drafts.size() > MAX_COPIES) {
            return false;
        }
        for (final Draft draft : drafts) {
            finish(chain, draft, ending == Body.Ending.LEAVES_CHAIN);
        }
        return true;
    }

    private boolean hasState() {
        return parts.lines().stream()
                .flatMap(each -> each.tests().stream())
                .anyMatch(each -> each instanceof Test.Extension extension
                        && extension.match() instanceof io.nfl.ir.Match.Stateful);
    }

    /** A chain for each stage; what fails one goes back to the rule's chain. */
    private void staged(final Draft entry, final List<Condition> stages) {
        if (parts.ending() == Body.Ending.LEAVES_CHAIN) {
            leaving(entry, stages);
            return;
        }
        final ChainDraft first = table.helper(chain, parts.origin().rule());
        emit(chain, entry, new Target.Jump(first.name()));
        stages(first, entry, stages, new Target.Return());
    }

    /**
     * What leaves its chain from stages must not come back to it. So the chain ends here: all is reached by goto, and
     * what fails a stage goes to the rest of the chain, which is a chain of its own from now on.
     */
    private void leaving(final Draft entry, final List<Condition> stages) {
        final ChainDraft first = table.helper(chain, parts.origin().rule());
        final ChainDraft rest = table.helper(chain, parts.origin().rule());
        emit(chain, entry, new Target.Goto(first.name()));
        if (!entry.isEmpty()) {
            emit(chain, new Draft(), new Target.Goto(rest.name()));
        }
        final ChainDraft last = stages(first, entry, stages, new Target.Goto(rest.name()));
        if (!parts.stateful().isEmpty()) {
            emit(last, new Draft(), new Target.Goto(rest.name()));
        }
        chain.continueIn(rest);
    }

    /** @param failed what is done with a packet that does not pass a stage; the end of a chain returns anyway */
    private ChainDraft stages(
            final ChainDraft first, final Draft entry, final List<Condition> stages, final Target failed) {
        ChainDraft stage = first;
        for (final Condition condition : stages) {
            final ChainDraft next = table.helper(chain, parts.origin().rule());
            if (condition instanceof Condition.Any any) {
                for (final List<Test> alternative : any.alternatives()) {
                    emit(stage, draft(alternative), new Target.Goto(next.name()));
                }
                if (failed instanceof Target.Goto) {
                    emit(stage, new Draft(), failed);
                }
            } else if (condition instanceof Condition.None none) {
                for (final List<Test> alternative : none.alternatives()) {
                    emit(stage, draft(alternative), failed);
                }
                emit(stage, new Draft(), new Target.Goto(next.name()));
            }
            stage = next;
        }
        final Draft rest = new Draft();
        entry.protocol().ifPresent(protocol -> rest.add(List.of(protocol)));
        finish(stage, rest, true);
        return stage;
    }

    private static Draft draft(final List<Test> tests) {
        final Draft draft = new Draft();
        draft.add(tests);
        return draft;
    }

    /** The last rule: stateful tests, then the action; or a chain of the actions where there are several. */
    private void finish(final ChainDraft into, final Draft draft, final boolean byGoto) {
        if (parts.lines().size() == 1) {
            final Body.Line line = parts.lines().get(0);
            final Draft rule = draft.copy();
            if (rule.add(line.tests()) && rule.add(parts.stateful())) {
                emit(into, rule, line.target());
                return;
            }
        } else if (draft.isEmpty() && parts.stateful().isEmpty()) {
            lines(into, draft);
            return;
        }
        final ChainDraft actions = table.helper(chain, parts.origin().rule());
        final Draft rule = draft.copy();
        rule.add(parts.stateful());
        emit(into, rule, byGoto ? new Target.Goto(actions.name()) : new Target.Jump(actions.name()));
        lines(actions, draft);
    }

    private void lines(final ChainDraft into, final Draft entry) {
        for (final Body.Line line : parts.lines()) {
            final Draft rule = new Draft();
            if (parts.needsProtocol()) {
                entry.protocol().ifPresent(protocol -> rule.add(List.of(protocol)));
            }
            rule.add(line.tests());
            emit(into, rule, line.target());
        }
    }

    private void emit(final ChainDraft into, final Draft draft, final Target target) {
        if (target instanceof Target.Jump jump) {
            table.want(jump.chain());
        } else if (target instanceof Target.Goto goTo) {
            table.want(goTo.chain());
        }
        checkReset(draft, target);
        final RuleOrigin origin = new RuleOrigin(
                parts.origin().rule(),
                parts.origin().target(),
                draft.headerSpans(),
                draft.matchSpans(),
                parts.origin().block(),
                parts.origin().allowed());
        into.add(new Rule(origin, parts.label(), Optional.empty(), draft.header(), draft.matches(), target));
    }

    private void checkReset(final Draft draft, final Target target) {
        final boolean resets =
                target instanceof Target.Reject reject && reject.with() == io.nfl.api.classify.RejectWith.TCP_RESET;
        if (resets
                && draft.protocol()
                        .filter(each -> ((Test.Header) each).value().equals(IpProtocol.TCP.number()))
                        .isEmpty()) {
            findings.report(
                    Code.VALUE_PROTOCOL_NEEDED,
                    parts.origin().target(),
                    "`tcp-reset` answers tcp alone",
                    "write `proto tcp` as a match of the rule");
        }
    }
}
