// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.localhost;

import io.nfl.api.net.Family;

/**
 * The kernel's one ICMP socket of each family ({@code icmp_xmit_lock}): while an ICMP message of the host is on its way
 * through OUTPUT, no other is made, so REJECT does not answer a ping's reply.
 */
public final class IcmpLock {
    private boolean ipv4;
    private boolean ipv6;

    boolean isFree(final Family family) {
        return family == Family.IPV4 ? !ipv4 : !ipv6;
    }

    /** Sends the message by that socket, under its lock; the socket has no file, and so no owner. */
    void send(final LocalOutput output, final Carrier message) {
        final Family family = message.packet().family();
        message.packet().socket = true;
        set(family, true);
        output.send(message);
        set(family, false);
    }

    private void set(final Family family, final boolean taken) {
        if (family == Family.IPV4) {
            ipv4 = taken;
        } else {
            ipv6 = taken;
        }
    }
}
