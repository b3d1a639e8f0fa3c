// SPDX-License-Identifier: Apache-2.0
package io.nfl.api.classify;

import io.nfl.api.net.Hook;
import io.nfl.api.net.Table;
import io.nfl.api.packet.PacketView;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The rule lists of one address family: the one class that generated code extends. An instance belongs to one worker;
 * NOT thread safe.
 *
 * <p>{@link #classify} walks a built-in chain as {@code ipt_do_table} does (net/ipv4/netfilter/ip_tables.c): a rule's
 * matches left to right until one fails; then its counters; then, for a traced packet, the listener; then its target.
 */
public abstract class Classifier {
    private final RuleLayout layout;
    private final Set<Table> tables;
    private final Requirements requirements;
    private final List<StateSpec> stateSpecs;
    /** Packets by rule number. */
    protected final long[] packets;
    /** Bytes ({@code skb->len}) by rule number. */
    protected final long[] bytes;

    protected RuleState[] states = new RuleState[0];
    protected RuleListener listener = (rule, packet) -> {};

    /**
     * What the rules ask of conntrack's and defragmentation's hooks (hooks.tsv): without such a rule the kernel does
     * not
     * register them.
     */
    public record Requirements(boolean conntrack, boolean defragmentation) {
        public Requirements or(final Requirements other) {
            return new Requirements(conntrack || other.conntrack, defragmentation || other.defragmentation);
        }
    }

    protected Classifier(
            final RuleLayout layout,
            final Set<Table> tables,
            final Requirements requirements,
            final List<StateSpec> stateSpecs) {
        this.layout = layout;
        this.tables = Set.copyOf(tables);
        this.requirements = requirements;
        this.stateSpecs = List.copyOf(stateSpecs);
        this.packets = new long[layout.size()];
        this.bytes = new long[layout.size()];
    }

    /** Walks the built-in chain of {@code table} at {@code hook}. @return ACCEPT, DROP, HOTDROP or STOLEN of Verdict */
    public abstract int classify(Table table, Hook hook, PacketView packet, Targets targets);

    /**
     * Counts a rule or tail that the packet matches, before its target runs, and tells the listener of a traced packet.
     */
    protected final void count(final int rule, final PacketView packet) {
        packets[rule]++;
        bytes[rule] += packet.length();
        if (packet.traced()) {
            listener.matched(rule, packet);
        }
    }

    /** Hands over the state of each of {@link #stateSpecs}, in their order. */
    public final void bind(final List<RuleState> ruleStates, final RuleListener ruleListener) {
        if (ruleStates.size() != stateSpecs.size()) {
            throw new IllegalArgumentException(ruleStates.size() + " states for " + stateSpecs.size());
        }
        states = ruleStates.toArray(RuleState[]::new);
        listener = ruleListener;
    }

    public final RuleLayout layout() {
        return layout;
    }

    /** The tables that are loaded; the others have no hooks. */
    public final Set<Table> tables() {
        return tables;
    }

    public final Requirements requirements() {
        return requirements;
    }

    public final List<StateSpec> stateSpecs() {
        return stateSpecs;
    }

    public final long packets(final int rule) {
        return packets[rule];
    }

    public final long bytes(final int rule) {
        return bytes[rule];
    }

    public final void zeroCounters() {
        Arrays.fill(packets, 0);
        Arrays.fill(bytes, 0);
    }
}
