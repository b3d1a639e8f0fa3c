// SPDX-License-Identifier: Apache-2.0
package io.nfl.api.classify;

import io.nfl.api.host.KernelProfile.BackEnd;
import io.nfl.api.net.Hook;
import io.nfl.api.net.Table;
import java.util.List;
import java.util.Optional;

/**
 * Numbers of the rules of a family: table by table, chain by chain, each chain's rules in order and then its tail, the
 * hidden last rule that holds a built-in chain's policy or a user chain's return (net/ipv4/netfilter/ip_tables.c).
 * Counters and traces use these numbers.
 */
public record RuleLayout(List<ChainLayout> chains) {
    public RuleLayout {
        chains = List.copyOf(chains);
        int next = 0;
        for (final ChainLayout chain : chains) {
            if (chain.firstRule() != next) {
                throw new IllegalArgumentException("chain " + chain.name() + " begins at " + chain.firstRule());
            }
            next += chain.rules().size() + 1;
        }
    }

    /** How many numbers there are, tails counted. */
    public int size() {
        return chains.isEmpty() ? 0 : chains.get(chains.size() - 1).tail() + 1;
    }

    /** The chain that the rule or tail of this number belongs to. */
    public ChainLayout chainOf(final int rule) {
        int low = 0;
        int high = chains.size() - 1;
        while (low < high) {
            final int middle = (low + high + 1) >>> 1;
            if (chains.get(middle).firstRule() <= rule) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return chains.get(low);
    }

    /**
     * A chain.
     *
     * @param hook present for a built-in chain
     * @param policyAccepts whether a built-in chain's policy is ACCEPT
     */
    public record ChainLayout(
            Table table, String name, Optional<Hook> hook, boolean policyAccepts, int firstRule, List<RuleSite> rules) {
        public ChainLayout {
            rules = List.copyOf(rules);
        }

        /** The number of its tail. */
        public int tail() {
            return firstRule + rules.size();
        }

        /**
         * The trace comment of kernel and oracle: {@code raw:PREROUTING:rule:1}. ip_tables.c takes an unconditional
         * verdict for the chain's tail and says {@code policy} or {@code return},. nf_tables does not.
         */
        public String traceLine(final int rule, final BackEnd backEnd) {
            final int index = rule - firstRule;
            final boolean saidRule = rule < tail()
                    && (backEnd == BackEnd.NFT || !rules.get(index).plainVerdict());
            final String kind = saidRule ? "rule" : hook.isPresent() ? "policy" : "return";
            return table.label() + ":" + name + ":" + kind + ":" + (index + 1);
        }
    }

    /**
     * Where a rule was written.
     *
     * @param line 1-based; 0 where there is none
     * @param label the name after {@code as}
     * @param plainVerdict whether the rule is ACCEPT, DROP or RETURN without any condition
     */
    public record RuleSite(String file, int line, Optional<String> label, boolean plainVerdict) {}
}
