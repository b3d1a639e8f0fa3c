// SPDX-License-Identifier: Apache-2.0
package io.nfl.api.net;

/** A network: address and prefix length, host bits zero. */
public record Prefix(IpAddress address, int length) {
    public Prefix {
        if (!address.equals(address.and(IpAddress.mask(address.family(), length)))) {
            throw new IllegalArgumentException("host bits set in " + address + "/" + length);
        }
    }

    /** The network that {@code address} lies in. */
    public static Prefix containing(final IpAddress address, final int length) {
        return new Prefix(address.and(IpAddress.mask(address.family(), length)), length);
    }

    public static Prefix host(final IpAddress address) {
        return new Prefix(address, address.family().bits());
    }

    public static Prefix all(final Family family) {
        return new Prefix(IpAddress.zero(family), 0);
    }

    public Family family() {
        return address.family();
    }

    public boolean contains(final IpAddress other) {
        return other.family() == family()
                && other.and(IpAddress.mask(family(), length)).equals(address);
    }

    /** The highest address: the IPv4 broadcast address of a subnet. */
    public IpAddress last() {
        return address.or(IpAddress.mask(family(), length).not());
    }

    @Override
    public String toString() {
        return address + "/" + length;
    }
}
