// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.conntrack;

import io.nfl.api.net.Hook;
import io.nfl.api.net.IpProtocol;
import io.nfl.engine.packet.Checksum;
import io.nfl.engine.packet.Packet;

/** Checksums are checked where packets come in, and only there. */
final class TransportChecksum {
    private final ConntrackSettings settings;

    TransportChecksum(final ConntrackSettings settings) {
        this.settings = settings;
    }

    boolean isChecked(final Packet packet, final Hook hook) {
        return hook == Hook.PREROUTING && settings.on(ConntrackSysctl.CHECKSUM) && !packet.checksumPartial;
    }

    /** {@code nf_checksum}: over all that lies behind the IP header. */
    boolean isBad(final Packet packet, final IpProtocol protocol, final Hook hook) {
        if (!isChecked(packet, hook)) {
            return false;
        }
        packet.summed = true;
        return Checksum.verify(packet, protocol.number(), packet.transportBytes()) != 0;
    }
}
