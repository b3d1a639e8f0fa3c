// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang.lower;

import io.nfl.api.host.RouteType;
import io.nfl.api.host.RoutingRule;
import io.nfl.api.net.Family;
import io.nfl.api.net.PortRange;
import io.nfl.api.net.Prefix;
import io.nfl.diag.Code;
import io.nfl.diag.Span;
import io.nfl.ir.Declared;
import io.nfl.lang.nfl.Address;
import io.nfl.lang.nfl.NflPackage;
import io.nfl.lang.nfl.RouteTable;
import io.nfl.lang.nfl.RuleSelector;
import io.nfl.lang.nfl.SelectDestinationPort;
import io.nfl.lang.nfl.SelectFamily;
import io.nfl.lang.nfl.SelectFrom;
import io.nfl.lang.nfl.SelectIn;
import io.nfl.lang.nfl.SelectInverted;
import io.nfl.lang.nfl.SelectLocal;
import io.nfl.lang.nfl.SelectMark;
import io.nfl.lang.nfl.SelectProtocol;
import io.nfl.lang.nfl.SelectSourcePort;
import io.nfl.lang.nfl.SelectTo;
import io.nfl.lang.nfl.SelectTos;
import io.nfl.lang.nfl.SelectUsers;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** One {@code rule}: for each family that its selectors leave. */
final class RoutingRuleLowering {
    private static final Set<Long> KERNELS_OWN = Set.of(0L, 32_766L, 32_767L);
    private static final int ECN_BITS = 0x3;

    private final Findings findings;
    private final Numbers numbers;
    private final Addresses addresses;
    private final Words words;
    private final RouteLowering tables;

    private final Set<Family> families = EnumSet.allOf(Family.class);
    private final Set<String> seen = new HashSet<>();
    private boolean inverted;
    private final List<Prefix> sources = new ArrayList<>();
    private final List<Prefix> destinations = new ArrayList<>();
    private Optional<String> inDevice = Optional.empty();
    private Words.Masked mark = new Words.Masked(0, 0);
    private int tos;
    private OptionalInt protocol = OptionalInt.empty();
    private Optional<PortRange> sourcePorts = Optional.empty();
    private Optional<PortRange> destinationPorts = Optional.empty();
    private Optional<RoutingRule.UidRange> users = Optional.empty();

    RoutingRuleLowering(
            final Findings findings,
            final Numbers numbers,
            final Addresses addresses,
            final Words words,
            final RouteLowering tables) {
        this.findings = findings;
        this.numbers = numbers;
        this.addresses = addresses;
        this.words = words;
        this.tables = tables;
    }

    List<Declared<RoutingRule>> lower(final io.nfl.lang.nfl.RoutingRule rule) {
        final Span at = findings.spans().of(rule, NflPackage.eINSTANCE.getRoutingRule_Priority());
        final long priority = numbers.number(at, rule.getPriority(), "a rule's priority", 0, 0xFFFF_FFFFL)
                .orElse(1);
        if (KERNELS_OWN.contains(priority)) {
            findings.report(
                    Code.VALUE_ROUTE,
                    at,
                    "priority " + priority + " is the kernel's own",
                    "the rules 0, 32766 and 32767 look up the tables local, main and default, and stay");
        }
        rule.getSelectors().forEach(this::selector);
        final RoutingRule.Action action = action(rule);
        final List<Declared<RoutingRule>> all = new ArrayList<>();
        for (final Family family : families) {
            all.add(new Declared<>(
                    findings.span(rule),
                    new RoutingRule(
                            family,
                            priority,
                            inverted,
                            of(sources, family),
                            of(destinations, family),
                            inDevice,
                            Optional.empty(),
                            mark.value(),
                            mark.mask(),
                            tos,
                            protocol,
                            sourcePorts,
                            destinationPorts,
                            users,
                            action)));
        }
        if (all.isEmpty() && !findings.touches(rule)) {
            findings.report(Code.FAMILY_CONTRADICTION, rule, "this rule's selectors belong to different families");
        }
        return all;
    }

    private static Optional<Prefix> of(final List<Prefix> prefixes, final Family family) {
        return prefixes.stream().filter(each -> each.family() == family).findFirst();
    }

    private RoutingRule.Action action(final io.nfl.lang.nfl.RoutingRule rule) {
        if (RouteLowering.written(rule, NflPackage.eINSTANCE.getRoutingRule_Refusal())) {
            if (rule.isSuppress()) {
                findings.report(Code.VALUE_ROUTE, rule, "only what a `lookup` finds can be suppressed");
            }
            return new RoutingRule.Action.Refuse(
                    RouteType.valueOf(rule.getRefusal().getLiteral().toUpperCase(Locale.ROOT)));
        }
        final int table = rule.getTable() instanceof RouteTable named ? tables.number(named) : 0;
        return new RoutingRule.Action.Lookup(table, rule.isSuppress() ? 0 : -1);
    }

    private void selector(final RuleSelector selector) {
        once(selector);
        if (selector instanceof SelectMark select) {
            negate(select.isNegated(), selector);
            mark = words.mark(select.getValue());
        } else if (selector instanceof SelectFrom select) {
            negate(select.isNegated(), selector);
            prefixes(select.getAddress(), sources);
        } else if (selector instanceof SelectTo select) {
            negate(select.isNegated(), selector);
            prefixes(select.getAddress(), destinations);
        } else if (selector instanceof SelectIn select) {
            negate(select.isNegated(), selector);
            inDevice = tables.device(select.getDevice());
        } else if (selector instanceof SelectLocal) {
            inDevice = Optional.of("lo");
        } else if (selector instanceof SelectInverted) {
            inverted = true;
        } else if (selector instanceof SelectFamily select) {
            families.retainAll(Set.of(words.family(select.getFamily())));
        } else {
            transport(selector);
        }
    }

    private void transport(final RuleSelector selector) {
        if (selector instanceof SelectProtocol select) {
            protocol = words.protocol(select, select.getProtocol()).stream()
                    .mapToInt(Integer::intValue)
                    .findFirst();
        } else if (selector instanceof SelectSourcePort select) {
            sourcePorts = numbers.ports(select.getPorts(), "tcp");
        } else if (selector instanceof SelectDestinationPort select) {
            destinationPorts = numbers.ports(select.getPorts(), "tcp");
        } else if (selector instanceof SelectUsers select) {
            users = numbers.range(select.getIds(), "a user id", 0, 0xFFFF_FFFEL)
                    .map(range -> new RoutingRule.UidRange(range.low(), range.high()));
        } else if (selector instanceof SelectTos select) {
            tos = numbers.integer(select, select.getTos(), "a tos", 0, 255);
            if ((tos & ECN_BITS) != 0) {
                findings.report(
                        Code.VALUE_ROUTE,
                        select,
                        "the two low bits of a tos are ECN's, no rule is chosen by them",
                        "the kernel refuses such a rule: Invalid dsfield (tos): ECN bits must be 0");
            }
        }
    }

    /** The kernel's rule has one place for each selector. */
    private void once(final RuleSelector selector) {
        final String kind = selector instanceof SelectLocal
                ? "in"
                : selector instanceof SelectInverted ? "not" : Names.firstWord(selector);
        if (!(selector instanceof SelectFamily) && !seen.add(kind)) {
            findings.report(
                    Code.VALUE_ROUTE,
                    selector,
                    "a routing rule has one `" + kind + "`",
                    selector instanceof SelectLocal || selector instanceof SelectIn
                            ? "`local` is `in lo`"
                            : "what several networks or marks are meant for takes several rules");
        }
    }

    /** The kernel inverts a rule as a whole. */
    private void negate(final boolean negated, final RuleSelector selector) {
        if (negated && selector.eContainer() instanceof io.nfl.lang.nfl.RoutingRule rule) {
            inverted = true;
            if (rule.getSelectors().size() > 1) {
                findings.report(
                        Code.VALUE_ROUTE,
                        selector,
                        "`not` inverts all selectors of a rule together",
                        "write it in front of them: `rule 100 not from … in …`");
            }
        }
    }

    private void prefixes(final Address written, final List<Prefix> into) {
        final List<Addresses.Term> terms = addresses.terms(written);
        for (final Addresses.Term term : terms) {
            addresses.prefixOf(written, term).ifPresent(into::add);
        }
        for (final Family family : Family.values()) {
            final long count =
                    into.stream().filter(each -> each.family() == family).count();
            if (count > 1) {
                findings.report(
                        Code.VALUE_AMBIGUOUS, written, "a routing rule takes one network, this stands for " + count);
            }
            if (count == 0 && !terms.isEmpty()) {
                families.remove(family);
            }
        }
    }
}
