// SPDX-License-Identifier: Apache-2.0
package io.nfl.ir;

import io.nfl.api.net.AddressMask;
import java.util.Optional;

/**
 * What every rule can compare without an extension ({@code struct ipt_ip}, {@code struct ip6t_ip6}): tested before all
 * other matches.
 *
 * @param protocol 1 to 255 (IPv6: also 0, hop-by-hop); absent: any
 * @param fragment IPv4: later fragments ({@code -f}); inverted: first fragments and whole packets
 */
public record IpHeaderMatch(
        Optional<Invertible<AddressMask>> source,
        Optional<Invertible<AddressMask>> destination,
        Optional<Invertible<DevicePattern>> in,
        Optional<Invertible<DevicePattern>> out,
        Optional<Invertible<Integer>> protocol,
        Optional<Invertible<Boolean>> fragment) {
    /** Compares nothing. */
    public static final IpHeaderMatch ANY = new IpHeaderMatch(
            Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    public IpHeaderMatch withSource(final Invertible<AddressMask> test) {
        return new IpHeaderMatch(Optional.of(test), destination, in, out, protocol, fragment);
    }

    public IpHeaderMatch withDestination(final Invertible<AddressMask> test) {
        return new IpHeaderMatch(source, Optional.of(test), in, out, protocol, fragment);
    }

    public IpHeaderMatch withIn(final Invertible<DevicePattern> test) {
        return new IpHeaderMatch(source, destination, Optional.of(test), out, protocol, fragment);
    }

    public IpHeaderMatch withOut(final Invertible<DevicePattern> test) {
        return new IpHeaderMatch(source, destination, in, Optional.of(test), protocol, fragment);
    }

    public IpHeaderMatch withProtocol(final Invertible<Integer> test) {
        return new IpHeaderMatch(source, destination, in, out, Optional.of(test), fragment);
    }

    /** {@code -f}, or {@code ! -f}. */
    public IpHeaderMatch withFragment(final boolean inverted) {
        return new IpHeaderMatch(source, destination, in, out, protocol, Optional.of(new Invertible<>(true, inverted)));
    }
}
