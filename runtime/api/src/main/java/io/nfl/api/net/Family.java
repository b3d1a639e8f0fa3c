// SPDX-License-Identifier: Apache-2.0
package io.nfl.api.net;

/** The two address families of a policy. Values of {@link #bits()} are address widths. */
public enum Family {
    IPV4(32, 2),
    IPV6(128, 10);

    private final int bits;
    private final int number;

    Family(final int bits, final int number) {
        this.bits = bits;
        this.number = number;
    }

    /** Width of an address in bits. */
    public int bits() {
        return bits;
    }

    /** {@code AF_INET} or {@code AF_INET6} as Linux numbers them. */
    public int number() {
        return number;
    }
}
