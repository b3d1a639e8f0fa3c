// SPDX-License-Identifier: Apache-2.0
package io.nfl.api.classify;

import io.nfl.api.packet.PacketView;

/** Told of each rule that a traced packet matches, before its target runs, and of tails ({@link RuleLayout}). */
@FunctionalInterface
public interface RuleListener {
    void matched(int rule, PacketView packet);
}
