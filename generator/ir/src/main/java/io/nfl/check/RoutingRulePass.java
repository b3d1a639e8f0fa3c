// SPDX-License-Identifier: Apache-2.0
package io.nfl.check;

import io.nfl.api.host.Route;
import io.nfl.api.host.RouteType;
import io.nfl.api.host.RoutingRule;
import io.nfl.api.host.RoutingTables;
import io.nfl.api.net.Prefix;
import io.nfl.diag.Code;
import io.nfl.diag.Diagnostic;
import io.nfl.diag.Note;
import io.nfl.ir.Declared;
import io.nfl.ir.Policy;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** A routing rule behind one that takes the same packets and always decides. */
final class RoutingRulePass implements Pass {
    @Override
    public void run(final Policy policy, final Findings findings) {
        final List<Declared<RoutingRule>> rules = policy.routingRules().stream()
                .sorted(Comparator.comparingLong(r -> r.value().priority()))
                .toList();
        for (int later = 0; later < rules.size(); later++) {
            for (int earlier = 0; earlier < later; earlier++) {
                if (shadows(rules.get(earlier).value(), rules.get(later).value(), policy)) {
                    findings.add(Diagnostic.of(
                                    Code.FLOW_ROUTING_RULE_SHADOWED,
                                    rules.get(later).span(),
                                    "rule " + rules.get(earlier).value().priority()
                                            + " decides for all that this rule could take")
                            .note(Note.at(rules.get(earlier).span(), "it always finds a route")));
                    break;
                }
            }
        }
    }

    private static boolean shadows(final RoutingRule earlier, final RoutingRule later, final Policy policy) {
        return earlier.family() == later.family()
                && later.priority() < RoutingTables.MAIN_PRIORITY
                && decides(earlier, policy)
                && !earlier.inverted()
                && !later.inverted()
                && within(later.source(), earlier.source())
                && within(later.destination(), earlier.destination())
                && implied(later.inDevice(), earlier.inDevice())
                && implied(later.outDevice(), earlier.outDevice())
                && mark(later, earlier)
                && (earlier.tos() == 0 || earlier.tos() == later.tos())
                && (earlier.protocol().isEmpty() || earlier.protocol().equals(later.protocol()))
                && implied(later.sourcePorts(), earlier.sourcePorts())
                && implied(later.destinationPorts(), earlier.destinationPorts())
                && implied(later.uids(), earlier.uids());
    }

    private static boolean mark(final RoutingRule later, final RoutingRule earlier) {
        final int mask = earlier.markMask();
        return (later.markMask() & mask) == mask && (later.markValue() & mask) == (earlier.markValue() & mask);
    }

    private static boolean within(final Optional<Prefix> narrow, final Optional<Prefix> wide) {
        return wide.isEmpty()
                || narrow.map(n ->
                                n.length() >= wide.get().length() && wide.get().contains(n.address()))
                        .orElse(false);
    }

    private static <T> boolean implied(final Optional<T> narrow, final Optional<T> wide) {
        return wide.isEmpty() || wide.equals(narrow);
    }

    private static boolean decides(final RoutingRule rule, final Policy policy) {
        if (rule.action() instanceof RoutingRule.Action.Refuse) {
            return true;
        }
        return rule.action() instanceof RoutingRule.Action.Lookup lookup
                && lookup.suppressPrefixLength() < 0
                && policy.routes().stream().map(Declared::value).anyMatch(r -> catchesAll(r, lookup.table(), rule));
    }

    private static boolean catchesAll(final Route route, final int table, final RoutingRule rule) {
        return route.table() == table
                && route.destination().equals(Prefix.all(rule.family()))
                && route.tos() == 0
                && route.type() != RouteType.THROW;
    }
}
