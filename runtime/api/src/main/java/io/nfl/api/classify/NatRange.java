// SPDX-License-Identifier: Apache-2.0
package io.nfl.api.classify;

import io.nfl.api.net.AddressRange;
import io.nfl.api.net.PortRange;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Where a NAT target maps to ({@code struct nf_nat_range2}).
 *
 * @param addresses absent: the address stays, or is the target's own choice
 * @param ports absent: kept where free
 * @param basePort {@code --to-destination a:p-q/base}: offset mapping
 */
public record NatRange(
        Optional<AddressRange> addresses,
        Optional<PortRange> ports,
        OptionalInt basePort,
        boolean random,
        boolean fullyRandom,
        boolean persistent) {
    /** Address and ports as the target itself chooses. */
    public static final NatRange UNSPECIFIED =
            new NatRange(Optional.empty(), Optional.empty(), OptionalInt.empty(), false, false, false);

    public static NatRange to(final AddressRange addresses, final Optional<PortRange> ports) {
        return new NatRange(Optional.of(addresses), ports, OptionalInt.empty(), false, false, false);
    }
}
