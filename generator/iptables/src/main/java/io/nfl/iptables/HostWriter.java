// SPDX-License-Identifier: Apache-2.0
package io.nfl.iptables;

import io.nfl.api.host.NextHop;
import io.nfl.api.host.Route;
import io.nfl.api.host.RouteType;
import io.nfl.api.host.RoutingRule;
import io.nfl.api.host.RoutingTables;
import io.nfl.api.net.Family;
import io.nfl.api.net.PortRange;
import io.nfl.ir.Declared;
import io.nfl.ir.Policy;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Routes and routing rules for {@code ip -batch}. Loading the file twice is no error and no change: routes are
 * replaced, and the rules of a priority flushed before they are added, which does nothing where there are none.
 */
final class HostWriter {
    private HostWriter() {}

    /** The empty string where the policy says nothing of the family's routing. */
    static String routing(final Policy policy, final Family family) {
        final List<String> lines = new ArrayList<>();
        final Set<Long> priorities = new TreeSet<>();
        final List<Declared<RoutingRule>> rules = policy.routingRules().stream()
                .filter(each -> each.value().family() == family)
                .toList();
        policy.routes().stream()
                .filter(each -> each.value().destination().family() == family)
                .forEach(each -> {
                    lines.add(place(each));
                    lines.add("route replace " + route(each.value()));
                });
        rules.forEach(each -> priorities.add(each.value().priority()));
        priorities.forEach(each -> lines.add("rule flush priority " + each));
        rules.forEach(each -> {
            lines.add(place(each));
            lines.add("rule add " + rule(each.value()));
        });
        return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
    }

    private static String place(final Declared<?> declared) {
        return "# "
                + Quoting.comment(declared.span().file() + ":" + declared.span().line());
    }

    static String route(final Route route) {
        final StringBuilder text = new StringBuilder();
        if (route.type() != RouteType.UNICAST) {
            text.append(route.type().label()).append(' ');
        }
        text.append(
                route.destination().length() == 0
                        ? "default"
                        : route.destination().toString());
        if (route.tos() != 0) {
            text.append(" tos ").append(RuleWriter.hex(route.tos()));
        }
        if (route.nextHops().size() == 1) {
            text.append(hop(route.nextHops().get(0)));
        }
        if (route.table() != RoutingTables.MAIN) {
            text.append(" table ").append(route.table());
        }
        if (route.metric() != 0) {
            text.append(" metric ").append(route.metric());
        }
        route.preferredSource().ifPresent(source -> text.append(" src ").append(source));
        route.mtu().ifPresent(mtu -> text.append(" mtu ").append(mtu));
        if (route.nextHops().size() > 1) {
            route.nextHops()
                    .forEach(each -> text.append(" nexthop")
                            .append(hop(each))
                            .append(" weight ")
                            .append(each.weight()));
        }
        return text.toString();
    }

    private static String hop(final NextHop hop) {
        return hop.gateway().map(each -> " via " + each).orElse("")
                + hop.device().map(each -> " dev " + each).orElse("")
                + (hop.onLink() ? " onlink" : "");
    }

    static String rule(final RoutingRule rule) {
        final StringBuilder text = new StringBuilder("priority ").append(rule.priority());
        if (rule.inverted()) {
            text.append(" not");
        }
        text.append(" from ").append(rule.source().map(Object::toString).orElse("all"));
        rule.destination().ifPresent(each -> text.append(" to ").append(each));
        if (rule.tos() != 0) {
            text.append(" tos ").append(RuleWriter.hex(rule.tos()));
        }
        if (rule.markMask() != 0) {
            text.append(" fwmark ").append(RuleWriter.mark(rule.markValue(), rule.markMask()));
        }
        rule.inDevice().ifPresent(each -> text.append(" iif ").append(each));
        rule.outDevice().ifPresent(each -> text.append(" oif ").append(each));
        rule.uids().ifPresent(each -> text.append(" uidrange ").append(each.low() + "-" + each.high()));
        rule.protocol().ifPresent(each -> text.append(" ipproto ").append(each));
        rule.sourcePorts().ifPresent(each -> text.append(" sport ").append(ports(each)));
        rule.destinationPorts().ifPresent(each -> text.append(" dport ").append(ports(each)));
        return text.append(rule.action().accept(new ActionText())).toString();
    }

    private static String ports(final PortRange ports) {
        return ports.isSingle() ? Integer.toString(ports.low()) : ports.low() + "-" + ports.high();
    }

    /** What a rule does, in the words of {@code ip rule}. */
    private static final class ActionText implements RoutingRule.ActionVisitor<String> {
        @Override
        public String lookup(final RoutingRule.Action.Lookup action) {
            final String suppress =
                    action.suppressPrefixLength() < 0 ? "" : " suppress_prefixlength " + action.suppressPrefixLength();
            return " lookup " + action.table() + suppress;
        }

        @Override
        public String goTo(final RoutingRule.Action.GoTo action) {
            return " goto " + action.priority();
        }

        @Override
        public String refuse(final RoutingRule.Action.Refuse action) {
            return " " + action.type().label();
        }

        @Override
        public String nop(final RoutingRule.Action.Nop action) {
            return " nop";
        }
    }

    /** {@code name = value} for {@code sysctl -p}; the empty string where there is none. */
    static String sysctls(final Policy policy) {
        return policy.sysctls().stream()
                .map(each -> place(each) + "\n" + each.value().name() + " = "
                        + each.value().value() + "\n")
                .collect(Collectors.joining());
    }
}
