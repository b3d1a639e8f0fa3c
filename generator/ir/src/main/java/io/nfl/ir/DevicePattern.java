// SPDX-License-Identifier: Apache-2.0
package io.nfl.ir;

/** A device name as {@code -i} and {@code -o} compare it; a wildcard ({@code tun+}) compares the prefix alone. */
public record DevicePattern(String name, boolean wildcard) {
    public DevicePattern {
        if (name.length() > 15) {
            throw new IllegalArgumentException("device name over 15 characters: " + name);
        }
    }

    public static DevicePattern parse(final String text) {
        return text.endsWith("+")
                ? new DevicePattern(text.substring(0, text.length() - 1), true)
                : new DevicePattern(text, false);
    }

    public boolean matches(final String device) {
        return wildcard ? device.startsWith(name) : device.equals(name);
    }

    @Override
    public String toString() {
        return wildcard ? name + "+" : name;
    }
}
