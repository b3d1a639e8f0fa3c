// SPDX-License-Identifier: Apache-2.0
package io.nfl.check;

import io.nfl.ir.Chain;
import io.nfl.ir.ChainCalls;
import io.nfl.ir.Invertible;
import io.nfl.ir.IpHeaderMatch;
import io.nfl.ir.Rule;
import io.nfl.ir.TableRules;
import io.nfl.ir.Target;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which rules of a table end the chain that they stand in for every packet that they match. */
final class Verdicts {
    private final Map<String, Chain> chains = new HashMap<>();
    private final Map<Call, Boolean> ends = new HashMap<>();
    private final Map<String, Boolean> changes = new HashMap<>();

    Verdicts(final TableRules table) {
        table.chains().forEach(c -> chains.put(c.name(), c));
    }

    static boolean matchesAll(final Rule rule) {
        return rule.header().equals(IpHeaderMatch.ANY) && rule.matches().isEmpty();
    }

    /** Whether the rules behind it never see what it matches. */
    boolean endsChain(final Rule rule) {
        final Target target = rule.target();
        if (target instanceof Target.Jump jump) {
            return alwaysEnds(new Call(jump.chain(), rule.header().protocol()), new HashSet<>());
        }
        return target instanceof Target.Return || target instanceof Target.Goto || decides(target);
    }

    /** What comes to a chain by rules that ask for the protocol. */
    private record Call(String chain, Optional<Invertible<Integer>> protocol) {}

    private static boolean matchesAll(final Rule rule, final Optional<Invertible<Integer>> protocol) {
        final boolean anyProtocol =
                protocol.isPresent() && rule.header().equals(IpHeaderMatch.ANY.withProtocol(protocol.get()));
        return matchesAll(rule) || anyProtocol && rule.matches().isEmpty();
    }

    static boolean decides(final Target target) {
        return target instanceof Target.Accept
                || target instanceof Target.Drop
                || target instanceof Target.Reject
                || translates(target);
    }

    static boolean translates(final Target target) {
        return target instanceof Target.Masquerade
                || target instanceof Target.Snat
                || target instanceof Target.Dnat
                || target instanceof Target.Redirect
                || target instanceof Target.Netmap;
    }

    private boolean alwaysEnds(final Call call, final Set<String> open) {
        final String name = call.chain();
        final Boolean known = ends.get(call);
        if (known != null) {
            return known;
        }
        final Chain chain = chains.get(name);
        if (chain == null || !open.add(name)) {
            return false;
        }
        boolean result = false;
        for (final Rule rule : chain.rules()) {
            if (rule.target() instanceof Target.Return) {
                break;
            }
            final boolean always = decides(rule.target())
                    || ChainCalls.callee(rule.target())
                            .map(c -> alwaysEnds(new Call(c, call.protocol()), open))
                            .orElse(false);
            if (always && matchesAll(rule, call.protocol())) {
                result = true;
                break;
            }
            if (rule.target() instanceof Target.Goto) {
                break;
            }
        }
        ends.put(call, result);
        return result;
    }

    /** Whether the rule, or what it calls, may change what later rules read: marks and header fields. */
    boolean changesPacket(final Rule rule) {
        return ChainCalls.callee(rule.target())
                .map(c -> changesPacket(c, new HashSet<>()))
                .orElseGet(() -> changes(rule.target()));
    }

    private boolean changesPacket(final String name, final Set<String> open) {
        final Boolean known = changes.get(name);
        if (known != null) {
            return known;
        }
        final Chain chain = chains.get(name);
        if (chain == null || !open.add(name)) {
            return false;
        }
        boolean result = false;
        for (final Rule rule : chain.rules()) {
            result |= ChainCalls.callee(rule.target())
                    .map(c -> changesPacket(c, open))
                    .orElseGet(() -> changes(rule.target()));
        }
        changes.put(name, result);
        return result;
    }

    private static boolean changes(final Target target) {
        return target instanceof Target.Mark
                || target instanceof Target.SetConnmark
                || target instanceof Target.SaveMark
                || target instanceof Target.RestoreMark
                || target instanceof Target.HopLimit
                || target instanceof Target.Dscp
                || target instanceof Target.Tos
                || target instanceof Target.TcpMss
                || target instanceof Target.NoTrack
                || target instanceof Target.Track;
    }
}
