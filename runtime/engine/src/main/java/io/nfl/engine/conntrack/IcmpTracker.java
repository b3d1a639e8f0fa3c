// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.conntrack;

import io.nfl.api.net.Family;
import io.nfl.api.net.Hook;
import io.nfl.api.net.IpProtocol;
import io.nfl.engine.packet.Packet;

/** Requests and replies: nf_conntrack_proto_icmp.c and nf_conntrack_proto_icmpv6.c. */
final class IcmpTracker implements Tracker {
    private final ConnectionTable table;
    private final ConntrackSettings settings;
    private final Family family;

    IcmpTracker(final ConnectionTable table, final ConntrackSettings settings, final Family family) {
        this.table = table;
        this.settings = settings;
        this.family = family;
    }

    @Override
    public boolean allowsClash() {
        return false;
    }

    @Override
    public int packet(final Connection connection, final Packet packet, final int ctInfo, final Hook hook) {
        if (packet.family() != family) {
            return INVALID;
        }
        final boolean v4 = family == Family.IPV4;
        final int protocol = (v4 ? IpProtocol.ICMP : IpProtocol.IPV6_ICMP).number();
        final boolean mustBeRequest = v4 || !connection.isConfirmed();
        if (mustBeRequest && !IcmpPairs.isRequest(protocol, connection.originalDestinationPort() >>> 8)) {
            return INVALID;
        }
        table.refresh(connection, settings.get(v4 ? ConntrackSysctl.ICMP_TIMEOUT : ConntrackSysctl.ICMPV6_TIMEOUT));
        return ACCEPT;
    }
}
