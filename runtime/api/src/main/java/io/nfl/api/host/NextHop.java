// SPDX-License-Identifier: Apache-2.0
package io.nfl.api.host;

import io.nfl.api.net.IpAddress;
import java.util.Optional;

/**
 * One way a route leads.
 *
 * @param gateway absent for a destination on the link
 * @param device absent where the connected network of the gateway tells it
 * @param weight 1 to 256, as {@code ip route} counts
 */
public record NextHop(Optional<IpAddress> gateway, Optional<String> device, int weight, boolean onLink) {}
