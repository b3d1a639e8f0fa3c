// SPDX-License-Identifier: Apache-2.0
package io.nfl.api.net;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** The tables of iptables and the hooks at which each has a built-in chain (net/ipv4/netfilter/iptable_*.c). */
public enum Table {
    RAW("raw", EnumSet.of(Hook.PREROUTING, Hook.OUTPUT)),
    MANGLE("mangle", EnumSet.allOf(Hook.class)),
    NAT("nat", EnumSet.complementOf(EnumSet.of(Hook.FORWARD))),
    FILTER("filter", EnumSet.of(Hook.INPUT, Hook.FORWARD, Hook.OUTPUT)),
    SECURITY("security", EnumSet.of(Hook.INPUT, Hook.FORWARD, Hook.OUTPUT));

    private final String label;
    private final Set<Hook> hooks;

    Table(final String label, final Set<Hook> hooks) {
        this.label = label;
        this.hooks = Collections.unmodifiableSet(hooks);
    }

    /** The name iptables gives it. */
    public String label() {
        return label;
    }

    /** The hooks at which it has a built-in chain. */
    public Set<Hook> hooks() {
        return hooks;
    }

    public boolean runsAt(final Hook hook) {
        return hooks.contains(hook);
    }
}
