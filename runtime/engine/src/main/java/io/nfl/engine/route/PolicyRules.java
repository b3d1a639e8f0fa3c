// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.route;

import io.nfl.api.host.RouteType;
import io.nfl.api.host.RoutingRule;
import io.nfl.api.host.RoutingTables;
import io.nfl.api.net.Family;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** The routing policy database of one family ({@code ip rule}; net/core/fib_rules.c). */
final class PolicyRules {
    private final Family family;
    private final PolicyRule[] rules;
    private final boolean custom;
    private final boolean needPorts;
    private final @Nullable Fib merged;
    private final @Nullable Fib fallback;

    PolicyRules(
            final Family family,
            final List<RoutingRule> declared,
            final NetDevices devices,
            final Map<Integer, Fib> tables,
            final Fib merged) {
        this.family = family;
        final List<RoutingRule> all = new ArrayList<>(defaults(family));
        declared.stream().filter(rule -> rule.family() == family).forEach(all::add);
        this.custom = all.size() > defaults(family).size();
        all.sort(Comparator.comparingLong(RoutingRule::priority));
        this.rules = new PolicyRule[all.size()];
        for (int i = 0; i < rules.length; i++) {
            rules[i] = new PolicyRule(all.get(i), devices, tables);
        }
        link(all);
        this.needPorts = all.stream()
                .anyMatch(rule -> rule.protocol().isPresent()
                        || rule.sourcePorts().isPresent()
                        || rule.destinationPorts().isPresent());
        this.merged = family == Family.IPV4 && !custom ? merged : null;
        this.fallback = tables.get(RoutingTables.DEFAULT);
    }

    private void link(final List<RoutingRule> all) {
        for (int i = 0; i < rules.length; i++) {
            if (all.get(i).action() instanceof RoutingRule.Action.GoTo target) {
                if (target.priority() <= all.get(i).priority()) {
                    throw new HostRefusedException("rule " + all.get(i).priority() + " goes back");
                }
                int to = i + 1;
                while (to < rules.length && all.get(to).priority() != target.priority()) {
                    to++;
                }
                rules[i].target = to < rules.length ? to : -1;
            }
        }
    }

    private static List<RoutingRule> defaults(final Family family) {
        final List<RoutingRule> rules = new ArrayList<>();
        rules.add(lookup(family, RoutingTables.LOCAL_PRIORITY, RoutingTables.LOCAL));
        rules.add(lookup(family, RoutingTables.MAIN_PRIORITY, RoutingTables.MAIN));
        if (family == Family.IPV4) {
            rules.add(lookup(family, RoutingTables.DEFAULT_PRIORITY, RoutingTables.DEFAULT));
        }
        return rules;
    }

    private static RoutingRule lookup(final Family family, final int priority, final int table) {
        return new RoutingRule(
                family,
                priority,
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                0,
                0,
                0,
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                new RoutingRule.Action.Lookup(table, -1));
    }

    /** {@code fib4_has_custom_rules}: the kernel validates sources more thoroughly then. */
    boolean isCustom() {
        return custom;
    }

    /** {@code fib_rules_require_fldissect}: only then are protocol and ports of a packet looked at. */
    boolean needPorts() {
        return needPorts;
    }

    /** {@code fib_lookup}. Never {@link RouteError#AGAIN}. */
    RouteError lookupIpv4(final RouteKey key, final FibMatch match) {
        if (merged != null) {
            return lookupMerged(merged, key, match);
        }
        return lookup(key, 0, DeviceChoice.PREFERRED, match);
    }

    private RouteError lookupMerged(final Fib both, final RouteKey key, final FibMatch match) {
        RouteError error = both.lookupIpv4(key, match);
        if (error != RouteError.AGAIN) {
            match.rulePriority = match.found().route.table() == RoutingTables.LOCAL
                    ? RoutingTables.LOCAL_PRIORITY
                    : RoutingTables.MAIN_PRIORITY;
            return error;
        }
        if (fallback != null) {
            error = fallback.lookupIpv4(key, match);
            match.rulePriority = RoutingTables.DEFAULT_PRIORITY;
        }
        if (error == RouteError.AGAIN) {
            match.clear();
            return RouteError.NETWORK_UNREACHABLE;
        }
        return error;
    }

    /** {@code fib6_rule_lookup}. Never {@link RouteError#AGAIN}. */
    RouteError lookupIpv6(final RouteKey key, final int device, final DeviceChoice choice, final FibMatch match) {
        return lookup(key, device, choice, match);
    }

    /** {@code fib_rules_lookup}. */
    private RouteError lookup(final RouteKey key, final int device, final DeviceChoice choice, final FibMatch match) {
        int i = 0;
        while (i < rules.length) {
            final PolicyRule rule = rules[i];
            if (!rule.matches(key)) {
                i++;
            } else if (rule.target >= 0) {
                i = rule.target;
            } else {
                final RouteError error = act(rule, key, device, choice, match);
                if (error != RouteError.AGAIN) {
                    match.rulePriority = rule.priority;
                    return error;
                }
                i++;
            }
        }
        match.clear();
        return RouteError.NETWORK_UNREACHABLE;
    }

    private RouteError act(
            final PolicyRule rule,
            final RouteKey key,
            final int device,
            final DeviceChoice choice,
            final FibMatch match) {
        if (rule.refusal != RouteError.NONE) {
            match.entry = null;
            return rule.refusal;
        }
        final Fib fib = rule.fib;
        if (fib == null) {
            return RouteError.AGAIN;
        }
        final RouteError error =
                family == Family.IPV4 ? fib.lookupIpv4(key, match) : fib.lookupIpv6(key, device, choice, match);
        // a route that refuses is an error, and no rule holds that back
        if (error == RouteError.NONE && match.found().prefixLength() <= rule.suppressPrefixLength) {
            match.entry = null;
            return RouteError.AGAIN;
        }
        return error;
    }

    /** {@code fib4_rule_action}, {@code __fib6_rule_action}. */
    static RouteError refusal(final RouteType type) {
        return switch (type) {
            case UNREACHABLE -> RouteError.NETWORK_UNREACHABLE;
            case PROHIBIT -> RouteError.PROHIBITED;
            case BLACKHOLE -> RouteError.INVALID;
            case UNICAST, LOCAL, BROADCAST, ANYCAST, MULTICAST, THROW ->
                throw new HostRefusedException("a rule cannot be of type " + type.label());
        };
    }
}
