// SPDX-License-Identifier: Apache-2.0
package io.nfl.api.classify;

import java.util.Optional;

/**
 * What {@code -j CT} attaches for conntrack to start from.
 *
 * @param zone 0: none
 * @param zoneDirection where the zone holds
 */
public record CtTemplate(int zone, ZoneDirection zoneDirection, Optional<String> helper, Optional<String> timeout) {
    /** {@code --zone}, {@code --zone-orig}, {@code --zone-reply}. */
    public enum ZoneDirection {
        BOTH,
        ORIGINAL,
        REPLY
    }
}
