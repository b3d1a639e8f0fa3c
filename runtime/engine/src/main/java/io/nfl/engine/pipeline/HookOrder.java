// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.pipeline;

import static io.nfl.api.net.Hook.INPUT;
import static io.nfl.api.net.Hook.OUTPUT;
import static io.nfl.api.net.Hook.POSTROUTING;
import static io.nfl.api.net.Hook.PREROUTING;

import io.nfl.api.host.KernelProfile;
import io.nfl.api.net.Hook;
import io.nfl.api.net.Table;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Who acts at which hook, and when: a lower priority is earlier (include/uapi/linux/netfilter_ipv4.h). The one place
 * where the order stands; {@code iptables-nft} 1.8 puts its security chains at 150.
 */
public enum HookOrder {
    DEFRAGMENTATION(-400, PREROUTING, OUTPUT),
    RAW(-300, Table.RAW),
    CONNTRACK(-200, PREROUTING, OUTPUT),
    MANGLE(-150, Table.MANGLE),
    NAT_DESTINATION(-100, Table.NAT, PREROUTING, OUTPUT),
    FILTER(0, Table.FILTER),
    SECURITY(50, Table.SECURITY),
    NAT_SOURCE(100, Table.NAT, INPUT, POSTROUTING),
    CONFIRM(Integer.MAX_VALUE, INPUT, POSTROUTING);

    private static final int NFT_SECURITY_PRIORITY = 150;

    private final int priority;
    private final Optional<Table> table;
    private final Set<Hook> hooks;

    HookOrder(final int priority, final Hook first, final Hook second) {
        this.priority = priority;
        this.table = Optional.empty();
        this.hooks = EnumSet.of(first, second);
    }

    HookOrder(final int priority, final Table table) {
        this.priority = priority;
        this.table = Optional.of(table);
        this.hooks = table.hooks();
    }

    HookOrder(final int priority, final Table table, final Hook first, final Hook second) {
        this.priority = priority;
        this.table = Optional.of(table);
        this.hooks = EnumSet.of(first, second);
    }

    public int priority(final KernelProfile.BackEnd backEnd) {
        return this == SECURITY && backEnd == KernelProfile.BackEnd.NFT ? NFT_SECURITY_PRIORITY : priority;
    }

    /** The table whose chains are walked; absent for what is no table. */
    public Optional<Table> table() {
        return table;
    }

    public boolean actsAt(final Hook hook) {
        return hooks.contains(hook);
    }

    /** All who may act at a hook, in order. */
    public static List<HookOrder> at(final Hook hook, final KernelProfile.BackEnd backEnd) {
        return Stream.of(values())
                .filter(order -> order.actsAt(hook))
                .sorted(Comparator.comparingInt(order -> order.priority(backEnd)))
                .toList();
    }
}
