// SPDX-License-Identifier: Apache-2.0
package io.nfl.compiler.testing;

import io.nfl.engine.conntrack.ConntrackEntry;
import io.nfl.engine.packet.DropReason;
import io.nfl.engine.pipeline.Flow;
import io.nfl.ir.test.Step;
import java.util.List;
import java.util.Optional;

/**
 * An event of a test and what came of it in the engine.
 *
 * @param step the line of the test; lines in a {@code repeat} have an event for each time
 * @param flows in the order they began
 * @param sent all that left by a device, in the order of sending
 * @param connections conntrack's table afterwards
 * @param early why it ended before PREROUTING
 * @param errno of a program's send; 0 where it went well, and for all else
 */
public record PlayedEvent(
        Step step,
        Stimulus stimulus,
        List<Flow> flows,
        List<Flow.Sent> sent,
        List<ConntrackEntry> connections,
        Optional<DropReason> early,
        int errno) {
    public PlayedEvent {
        flows = List.copyOf(flows);
        sent = List.copyOf(sent);
        connections = List.copyOf(connections);
    }
}
