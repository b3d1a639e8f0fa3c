// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.nat;

import io.nfl.api.net.Hook;
import io.nfl.api.net.Verdict;
import io.nfl.engine.packet.Packet;

/** The nat table as the hook sees it: asked once for the first packet of a connection. */
@FunctionalInterface
public interface NatRules {
    /** There is no nat table in this family. */
    NatRules ABSENT = (packet, hook) -> Verdict.ACCEPT;

    /** Walks the table. @return a verdict of {@link Verdict} */
    int run(Packet packet, Hook hook);
}
