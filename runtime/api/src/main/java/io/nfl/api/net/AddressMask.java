// SPDX-License-Identifier: Apache-2.0
package io.nfl.api.net;

/** An address compared under a mask that need not be a prefix: {@code (address & mask) == value}. */
public record AddressMask(IpAddress value, IpAddress mask) {
    public AddressMask {
        if (value.family() != mask.family()) {
            throw new IllegalArgumentException("families differ: " + value + ", " + mask);
        }
        value = value.and(mask);
    }

    public static AddressMask of(final Prefix prefix) {
        return new AddressMask(prefix.address(), IpAddress.mask(prefix.family(), prefix.length()));
    }

    public static AddressMask any(final Family family) {
        return of(Prefix.all(family));
    }

    public boolean isAny() {
        return mask.high() == 0 && mask.low() == 0;
    }

    public boolean contains(final IpAddress address) {
        return address.family() == value.family() && address.and(mask).equals(value);
    }

    @Override
    public String toString() {
        final int length = mask.prefixLength();
        return value + "/" + (length < 0 ? mask.toString() : Integer.toString(length));
    }
}
