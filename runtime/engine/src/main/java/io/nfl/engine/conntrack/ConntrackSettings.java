// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.conntrack;

/** The values of {@link ConntrackSysctl} of one host. NOT thread safe. */
public final class ConntrackSettings {
    private final int[] values = new int[ConntrackSysctl.values().length];

    public ConntrackSettings() {
        for (final ConntrackSysctl sysctl : ConntrackSysctl.values()) {
            values[sysctl.ordinal()] = sysctl.initial();
        }
    }

    public int get(final ConntrackSysctl sysctl) {
        return values[sysctl.ordinal()];
    }

    boolean on(final ConntrackSysctl sysctl) {
        return values[sysctl.ordinal()] != 0;
    }

    public void set(final ConntrackSysctl sysctl, final int value) {
        values[sysctl.ordinal()] = value;
    }

    /** @return whether conntrack has a setting of this dotted name */
    public boolean set(final String label, final int value) {
        return ConntrackSysctl.of(label)
                .map(sysctl -> {
                    set(sysctl, value);
                    return true;
                })
                .orElse(false);
    }
}
