// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.pipeline;

import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.engine.nat.AddressSource;
import io.nfl.engine.route.NetDevice;
import io.nfl.engine.route.Routing;
import java.util.List;
import java.util.Optional;

/** NAT's questions, answered by routing. */
record HostAddresses(Routing routing) implements AddressSource {
    @Override
    public List<IpAddress> addresses(final String device, final Family family) {
        final NetDevice found = routing.device(device);
        return found == null ? List.of() : found.addresses(family);
    }

    @Override
    public Optional<IpAddress> select(final String device, final IpAddress toward) {
        return Optional.ofNullable(routing.selectAddress(toward.family(), device, toward.high(), toward.low()));
    }
}
