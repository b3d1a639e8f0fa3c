// SPDX-License-Identifier: Apache-2.0
package io.nfl.api.classify;

import io.nfl.api.packet.PacketView;

/** The state of one stateful match of one rule, owned by the engine. NOT thread safe. */
public interface RuleState {
    int MISS = 0;
    int HIT = 1;
    /** The packet is dropped at once and the rule's target does not run ({@code hotdrop}). */
    int HOTDROP = 2;

    /** Tests the packet and changes the state: {@link #MISS}, {@link #HIT} or {@link #HOTDROP}. */
    int test(PacketView packet);
}
