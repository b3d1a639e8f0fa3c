// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang.lower;

import io.nfl.api.net.Family;
import io.nfl.diag.Code;
import io.nfl.diag.Diagnostic;
import io.nfl.diag.Fix;
import io.nfl.diag.Span;
import io.nfl.ir.BlockKind;
import io.nfl.ir.RuleOrigin;
import io.nfl.ir.RuleOrigin.HeaderPart;
import io.nfl.lang.lower.TableDraft.ChainDraft;
import io.nfl.lang.nfl.Action;
import io.nfl.lang.nfl.Address;
import io.nfl.lang.nfl.AddressLiteral;
import io.nfl.lang.nfl.Dnat;
import io.nfl.lang.nfl.Drop;
import io.nfl.lang.nfl.FamilyMatch;
import io.nfl.lang.nfl.FamilyWord;
import io.nfl.lang.nfl.Masquerade;
import io.nfl.lang.nfl.Match;
import io.nfl.lang.nfl.Netmap;
import io.nfl.lang.nfl.Redirect;
import io.nfl.lang.nfl.Reject;
import io.nfl.lang.nfl.Rule;
import io.nfl.lang.nfl.Snat;
import io.nfl.lang.nfl.Statement;
import io.nfl.lang.nfl.When;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.xtext.EcoreUtil2;

/** Statements into the rules of a chain, family by family. */
final class RuleLowering {
    private final Findings findings;
    private final MatchLowering matches;
    private final StateLowering states;
    private final ActionLowering actions;
    /** In which families each rule has come to something. */
    private final Map<Rule, Set<Family>> families = new LinkedHashMap<>();
    /** In which families the matches of a rule exclude one another. */
    private final Map<Rule, Map<Family, HeaderPart>> excluded = new LinkedHashMap<>();
    /** Of rules that drop or reject: negated lists with members of one family alone. */
    private final Map<Rule, Map<Match, Family>> negatedLists = new LinkedHashMap<>();

    /**
     * Where statements stand.
     *
     * @param block absent in user chains
     * @param family that the block is restricted to
     * @param span instead of the rules' own, for what a declaration stands for
     */
    record Place(Optional<BlockKind> block, Optional<Family> family, Optional<Span> span) {
        static final Place CHAIN = new Place(Optional.empty(), Optional.empty(), Optional.empty());
    }

    RuleLowering(
            final Findings findings,
            final MatchLowering matches,
            final StateLowering states,
            final ActionLowering actions) {
        this.findings = findings;
        this.matches = matches;
        this.states = states;
        this.actions = actions;
    }

    void lower(final List<Statement> statements, final Place place, final TableDraft table, final ChainDraft chain) {
        lower(statements, List.of(), place, table, chain);
    }

    private void lower(
            final List<Statement> statements,
            final List<Match> outer,
            final Place place,
            final TableDraft table,
            final ChainDraft chain) {
        for (final Statement statement : statements) {
            if (statement instanceof When when) {
                final List<Match> all = new ArrayList<>(outer);
                all.addAll(when.getMatches());
                lower(when.getStatements(), all, place, table, chain);
            } else if (statement instanceof Rule rule) {
                rule(rule, outer, place, table, chain);
            }
        }
    }

    private void rule(
            final Rule rule,
            final List<Match> outer,
            final Place place,
            final TableDraft table,
            final ChainDraft chain) {
        final Family family = table.family();
        final Set<Family> reached = families.computeIfAbsent(rule, r -> EnumSet.noneOf(Family.class));
        final List<Match> all = new ArrayList<>(outer);
        all.addAll(rule.getMatches());
        final List<Condition> conditions = new ArrayList<>();
        final List<Test> stateful = new ArrayList<>();
        for (final Match match : all) {
            if (StateLowering.isStateful(match)) {
                states.lower(match, family).ifPresent(stateful::add);
            } else {
                conditions.add(matches.lower(match, family));
            }
        }
        final List<Body> bodies = new ArrayList<>();
        rule.getActions().forEach(each -> actions.lower(each, family).ifPresent(bodies::add));
        verdictIsLast(rule, bodies);
        final boolean mine = place.family().map(each -> each == family).orElse(true)
                && bodies.stream().allMatch(each -> each.families().contains(family))
                && conditions.stream().noneMatch(Condition.Never.class::isInstance)
                && (family == Family.IPV4 || !translates(rule) || saysIpv6(rule, all, place));
        if (!mine || bodies.size() < rule.getActions().size()) {
            return;
        }
        reached.add(family);
        Exclusion.among(conditions)
                .ifPresent(part -> excluded.computeIfAbsent(rule, r -> new EnumMap<>(Family.class))
                        .put(family, part));
        if (rule.getActions().stream().anyMatch(each -> each instanceof Drop || each instanceof Reject)) {
            all.forEach(each -> matches.oneSided(each)
                    .ifPresent(only -> negatedLists
                            .computeIfAbsent(rule, r -> new LinkedHashMap<>())
                            .put(each, only)));
        }
        RuleAssembly.assemble(
                findings,
                table,
                chain,
                new RuleAssembly.Parts(
                        origin(rule, place, bodies),
                        Optional.ofNullable(rule.getLabel()),
                        conditions,
                        stateful,
                        bodies));
    }

    private RuleOrigin origin(final Rule rule, final Place place, final List<Body> bodies) {
        final Span span = place.span().orElse(findings.span(rule));
        final Span target = place.span().orElse(bodies.get(bodies.size() - 1).span());
        return new RuleOrigin(span, target, Map.of(), List.of(), place.block(), Annotations.allowed(rule, findings));
    }

    private void verdictIsLast(final Rule rule, final List<Body> bodies) {
        for (int i = 0; i + 1 < bodies.size(); i++) {
            final Body.Ending ending = bodies.get(i).ending();
            if (ending == Body.Ending.TERMINAL || ending == Body.Ending.LEAVES_CHAIN) {
                findings.report(
                        Code.SYNTAX_VERDICT_NOT_LAST,
                        rule.getActions().get(i),
                        "only the last action of a rule may be a verdict",
                        "no packet would come to what stands behind it");
            }
        }
    }

    private static boolean translates(final Rule rule) {
        return rule.getActions().stream()
                .anyMatch(each -> each instanceof Masquerade
                        || each instanceof Snat
                        || each instanceof Dnat
                        || each instanceof Redirect
                        || each instanceof Netmap);
    }

    /** NAT of IPv6 happens only where somebody has written so. */
    private static boolean saysIpv6(final Rule rule, final List<Match> all, final Place place) {
        return place.family().isPresent()
                || all.stream()
                        .anyMatch(each -> each instanceof FamilyMatch match && match.getFamily() == FamilyWord.IPV6)
                || rule.getActions().stream().anyMatch(RuleLowering::namesIpv6);
    }

    private static boolean namesIpv6(final Action action) {
        final List<Address> targets = action instanceof Snat snat
                ? List.of(snat.getTarget())
                : action instanceof Dnat dnat
                        ? dnat.getTargets()
                        : action instanceof Netmap netmap ? List.of(netmap.getTarget()) : List.of();
        return targets.stream()
                .anyMatch(each -> each instanceof AddressLiteral literal
                        && literal.getLow() != null
                        && literal.getLow().indexOf(':') >= 0);
    }

    /** Rules that came to nothing, in either family or in those that are wanted, though nothing else is wrong. */
    void reportContradictions(final Set<Family> wanted) {
        families.forEach((rule, reached) -> {
            if (!reached.isEmpty()) {
                reportLeftOut(rule, reached, wanted);
                reportExclusion(rule, reached);
            } else if (!isSpoilt(rule, new HashSet<>())) {
                findings.report(
                        Code.FAMILY_CONTRADICTION,
                        rule,
                        "this rule matches nothing: its parts belong to different families",
                        "a rule holds for IPv4 and IPv6 unless something in it belongs to one of them");
            }
        });
    }

    private void reportLeftOut(final Rule rule, final Set<Family> reached, final Set<Family> wanted) {
        if (Collections.disjoint(reached, wanted) && !isAllowed(rule, Code.FAMILY_LEFT_OUT)) {
            findings.report(
                    Code.FAMILY_LEFT_OUT,
                    rule,
                    "this is for " + name(reached.iterator().next()) + " alone, which the policy leaves out",
                    "`families " + wanted.iterator().next().name().toLowerCase(Locale.ROOT) + "` at the top says so");
        }
    }

    private void reportExclusion(final Rule rule, final Set<Family> reached) {
        final Map<Family, HeaderPart> parts = excluded.getOrDefault(rule, Map.of());
        if (parts.keySet().containsAll(reached) && !isAllowed(rule, Code.FLOW_NEVER)) {
            final String what = switch (parts.values().iterator().next()) {
                case SOURCE -> "two sources";
                case DESTINATION -> "two destinations";
                case IN -> "two devices where it comes in";
                case OUT -> "two devices where it goes out";
                case PROTOCOL -> "two protocols";
                case FRAGMENT -> "both kinds of fragment";
            };
            findings.report(
                    Code.FLOW_NEVER,
                    rule,
                    "no packet has " + what + ", as this rule wants it",
                    "matches side by side must all hold; one of several is a list, or rules of their own");
        }
    }

    private boolean isAllowed(final Rule rule, final Code code) {
        return Annotations.allowed(rule, findings).contains(code.id());
    }

    /** Whether something is wrong with the element, or with what it is made of. */
    private boolean isSpoilt(final EObject element, final Set<EObject> seen) {
        return findings.touches(element)
                || EcoreUtil2.getAllContentsOfType(element, EObject.class).stream()
                        .flatMap(each -> each.eCrossReferences().stream())
                        .filter(each -> each.eResource() != null && seen.add(each))
                        .anyMatch(each -> isSpoilt(each, seen));
    }

    /**
     * Rules that take all of a family because a negated list has no member of it.
     *
     * @param wanted families that the policy is of
     */
    void reportNegatedLists(final Set<Family> wanted) {
        negatedLists.forEach((rule, lists) -> lists.forEach((match, only) -> {
            final Set<Family> reached = families.getOrDefault(rule, Set.of());
            final Family other = only == Family.IPV4 ? Family.IPV6 : Family.IPV4;
            if (wanted.contains(other)
                    && reached.containsAll(Set.of(Family.values()))
                    && !Annotations.allowed(rule, findings).contains(Code.FAMILY_NEGATED_LIST.id())) {
                final Span behind = findings.span(match);
                final int end = behind.offset() + behind.length();
                findings.add(Diagnostic.of(
                                Code.FAMILY_NEGATED_LIST,
                                behind,
                                "this takes every " + name(other) + " packet: the list has members of " + name(only)
                                        + " alone")
                        .fix(Fix.replace(
                                "let the rule hold for " + name(only) + " alone",
                                findings.spans().at(match.eResource(), end, 0),
                                " " + name(only).toLowerCase(Locale.ROOT))));
            }
        }));
    }

    static String name(final Family family) {
        return family == Family.IPV4 ? "IPv4" : "IPv6";
    }
}
