// SPDX-License-Identifier: Apache-2.0
package io.nfl.api.net;

import java.util.Arrays;

/**
 * An IPv4 or IPv6 address. An IPv4 address lies in the low 32 bits of {@code low}; an IPv6 address is
 * {@code high:low}, both in network order read as big-endian numbers.
 */
public record IpAddress(Family family, long high, long low) implements Comparable<IpAddress> {
    public IpAddress {
        if (family == Family.IPV4 && (high != 0 || low >>> 32 != 0)) {
            throw new IllegalArgumentException("more than 32 bits in an IPv4 address");
        }
    }

    public static IpAddress v4(final int bits) {
        return new IpAddress(Family.IPV4, 0, bits & 0xFFFF_FFFFL);
    }

    public static IpAddress v6(final long high, final long low) {
        return new IpAddress(Family.IPV6, high, low);
    }

    /** Parses dotted quads and RFC 4291 text. @throws IllegalArgumentException where it is neither. */
    public static IpAddress parse(final String text) {
        return AddressText.parse(text);
    }

    /** From 4 or 16 bytes in network order. */
    public static IpAddress of(final byte[] bytes) {
        if (bytes.length == 4) {
            return v4((int) number(bytes, 0, 4));
        }
        if (bytes.length == 16) {
            return v6(number(bytes, 0, 8), number(bytes, 8, 8));
        }
        throw new IllegalArgumentException(bytes.length + " bytes are no address: " + Arrays.toString(bytes));
    }

    private static long number(final byte[] bytes, final int at, final int count) {
        long value = 0;
        for (int i = 0; i < count; i++) {
            value = value << 8 | bytes[at + i] & 0xFF;
        }
        return value;
    }

    /** The 32 bits of an IPv4 address. */
    public int bits32() {
        return (int) low;
    }

    /** 4 or 16 bytes in network order. */
    public byte[] bytes() {
        final byte[] bytes = new byte[family.bits() / 8];
        for (int i = 0; i < bytes.length; i++) {
            final int shift = 8 * (bytes.length - 1 - i);
            bytes[i] = (byte) (shift >= 64 ? high >>> shift - 64 : low >>> shift);
        }
        return bytes;
    }

    public IpAddress and(final IpAddress mask) {
        return new IpAddress(family, high & mask.high, low & mask.low);
    }

    public IpAddress or(final IpAddress other) {
        return new IpAddress(family, high | other.high, low | other.low);
    }

    public IpAddress not() {
        return family == Family.IPV4 ? v4(~bits32()) : v6(~high, ~low);
    }

    /** A mask of {@code length} leading one bits. */
    public static IpAddress mask(final Family family, final int length) {
        if (length < 0 || length > family.bits()) {
            throw new IllegalArgumentException("prefix length " + length);
        }
        if (family == Family.IPV4) {
            return v4(length == 0 ? 0 : -1 << 32 - length);
        }
        final long high = length == 0 ? 0 : length >= 64 ? -1L : -1L << 64 - length;
        final long low = length <= 64 ? 0 : -1L << 128 - length;
        return v6(high, low);
    }

    public static IpAddress zero(final Family family) {
        return new IpAddress(family, 0, 0);
    }

    /** The number of leading one bits, or -1 where one bits follow a zero bit. */
    public int prefixLength() {
        for (int length = 0; length <= family.bits(); length++) {
            if (equals(mask(family, length))) {
                return length;
            }
        }
        return -1;
    }

    /** Unsigned order; IPv4 before IPv6. */
    @Override
    public int compareTo(final IpAddress other) {
        if (family != other.family) {
            return family.compareTo(other.family);
        }
        final int byHigh = Long.compareUnsigned(high, other.high);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
    }

    /** Dotted quad, or RFC 5952 text. */
    @Override
    public String toString() {
        return AddressText.format(this);
    }
}
