// SPDX-License-Identifier: Apache-2.0
package io.nfl.eval;

import io.nfl.api.packet.PacketView;

/** Is told of each rule that a packet was held against and that did not hold. */
public interface MissWatcher {
    /** Where {@link io.nfl.ir.IpHeaderMatch} failed, which is asked before all matches. */
    int HEADER = -1;

    /**
     * A rule has not held.
     *
     * @param rule a number of the family's RuleLayout
     * @param match the index of the match that failed, or {@link #HEADER}; those behind it were not asked
     * @param packet as it was then
     */
    void missed(int rule, int match, PacketView packet);
}
