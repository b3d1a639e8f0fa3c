// SPDX-License-Identifier: Apache-2.0
package io.nfl.iptables;

import io.nfl.api.net.ConntrackState;
import io.nfl.ir.ConntrackMatch.Status;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Lists of states and statuses in the order in which iptables-save prints them (libxt_conntrack.c). */
final class StateNames {
    private static final List<ConntrackState> STATES = List.of(
            ConntrackState.INVALID,
            ConntrackState.NEW,
            ConntrackState.RELATED,
            ConntrackState.ESTABLISHED,
            ConntrackState.UNTRACKED,
            ConntrackState.SNAT,
            ConntrackState.DNAT);
    private static final List<Status> STATUSES =
            List.of(Status.EXPECTED, Status.SEEN_REPLY, Status.ASSURED, Status.CONFIRMED);

    private StateNames() {}

    static String states(final Set<ConntrackState> states) {
        return STATES.stream()
                .filter(states::contains)
                .map(ConntrackState::name)
                .collect(Collectors.joining(","));
    }

    static String status(final Set<Status> status) {
        final String list =
                STATUSES.stream().filter(status::contains).map(Status::name).collect(Collectors.joining(","));
        return list.isEmpty() ? "NONE" : list;
    }
}
