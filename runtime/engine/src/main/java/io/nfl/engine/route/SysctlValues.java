// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.route;

import io.nfl.api.host.Device;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a host. A device that has no value of its own has the one of {@code default}, as on a host that sets
 * its sysctls before its devices come up; {@code lo} is there before.
 */
public final class SysctlValues {
    private static final String IP_FORWARD = "net.ipv4.ip_forward";

    private final Map<String, String> values;

    public SysctlValues(final Map<String, String> values) {
        this.values = Map.copyOf(values);
    }

    /** The one value of a {@link Sysctl.Merge#GLOBAL} setting, or the one for {@code all}. */
    public int value(final Sysctl sysctl) {
        final Integer all = number(sysctl.name("all"));
        if (all != null) {
            return all;
        }
        final Integer forward = sysctl == Sysctl.FORWARDING_V4 ? number(IP_FORWARD) : null;
        return forward != null ? forward : sysctl.kernelDefault();
    }

    /** What the kernel goes by on one device. */
    public int value(final Sysctl sysctl, final String device) {
        final int all = value(sysctl);
        final int own = own(sysctl, device, all);
        return switch (sysctl.merge()) {
            case GLOBAL -> all;
            case DEVICE -> own;
            case OR -> all != 0 || own != 0 ? 1 : 0;
            case AND -> all != 0 && own != 0 ? 1 : 0;
            case MAX -> Math.max(all, own);
        };
    }

    private int own(final Sysctl sysctl, final String device, final int all) {
        final Integer own = number(sysctl.name(device));
        if (own != null) {
            return own;
        }
        final Integer first = device.equals(Device.LOOPBACK) ? null : number(sysctl.name("default"));
        if (first != null) {
            return first;
        }
        return sysctl.merge() == Sysctl.Merge.DEVICE ? all : sysctl.kernelDefault();
    }

    private @Nullable Integer number(final String name) {
        final String text = values.get(name);
        if (text == null) {
            return null;
        }
        try {
            return Integer.valueOf(text.strip());
        } catch (final NumberFormatException notANumber) {
            throw new HostRefusedException(name + " = " + text + " is no number", notANumber);
        }
    }
}
