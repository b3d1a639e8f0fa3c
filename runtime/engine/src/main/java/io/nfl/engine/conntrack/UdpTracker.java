// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.conntrack;

import io.nfl.api.net.Hook;
import io.nfl.api.net.IpProtocol;
import io.nfl.api.packet.UdpHeader;
import io.nfl.engine.clock.Clock;
import io.nfl.engine.packet.Checksum;
import io.nfl.engine.packet.Packet;

/** net/netfilter/nf_conntrack_proto_udp.c: UDP and UDP-Lite. */
final class UdpTracker implements Tracker {
    private static final long STREAM_AFTER = 2 * Clock.NANOS_PER_SECOND;

    private final ConnectionTable table;
    private final ConntrackSettings settings;
    private final TransportChecksum checksum;
    private final boolean lite;

    UdpTracker(
            final ConnectionTable table,
            final ConntrackSettings settings,
            final TransportChecksum checksum,
            final boolean lite) {
        this.table = table;
        this.settings = settings;
        this.checksum = checksum;
        this.lite = lite;
    }

    @Override
    public boolean allowsClash() {
        return true;
    }

    @Override
    public int packet(final Connection connection, final Packet packet, final int ctInfo, final Hook hook) {
        if (!UdpHeader.fits(packet) || (lite ? isBrokenLite(packet, hook) : isBroken(packet, hook))) {
            return INVALID;
        }
        final long now = table.clock().nanos();
        if (!connection.isConfirmed()) {
            connection.streamFrom = now + STREAM_AFTER;
        }
        if (!connection.is(ConnectionStatus.SEEN_REPLY)) {
            table.refresh(connection, settings.get(ConntrackSysctl.UDP_TIMEOUT));
            return ACCEPT;
        }
        // Still active after two seconds: some kind of stream. UDP-Lite does not wait.
        final boolean stream = lite || now - connection.streamFrom > 0;
        table.refresh(
                connection, settings.get(stream ? ConntrackSysctl.UDP_TIMEOUT_STREAM : ConntrackSysctl.UDP_TIMEOUT));
        if (stream && !connection.is(ConnectionStatus.NAT_CLASH)) {
            connection.add(ConnectionStatus.ASSURED);
        }
        return ACCEPT;
    }

    private boolean isBroken(final Packet packet, final Hook hook) {
        final int claimed = UdpHeader.datagramLength(packet);
        if (claimed > packet.transportBytes() || claimed < UdpHeader.LENGTH) {
            return true;
        }
        return UdpHeader.checksum(packet) != 0 && checksum.isBad(packet, IpProtocol.UDP, hook);
    }

    /** The length field is how far the checksum reaches, 0 for all (RFC 3828). */
    private boolean isBrokenLite(final Packet packet, final Hook hook) {
        final int field = UdpHeader.datagramLength(packet);
        final int coverage = field == 0 ? packet.transportBytes() : field;
        if (coverage < UdpHeader.LENGTH || coverage > packet.transportBytes() || UdpHeader.checksum(packet) == 0) {
            return true;
        }
        // The kernel adds the pseudo header of UDP, not of UDP-Lite.
        return checksum.isChecked(packet, hook)
                && Checksum.fold(Checksum.sum(packet.bytes(), packet.transportOffset(), coverage)
                                + Checksum.pseudoHeader(packet, IpProtocol.UDP.number(), packet.transportBytes()))
                        != 0;
    }
}
