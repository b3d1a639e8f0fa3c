// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.route;

import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.engine.packet.Packet;
import org.jspecify.annotations.Nullable;

/**
 * What a lookup goes by: {@code struct flowi4}, {@code flowi6}. Reused from lookup to lookup; {@link #clear} first. NOT
 * thread safe.
 */
public final class RouteKey {
    /** The highest user id. */
    static final long MAX_UID = 0xFFFF_FFFFL;

    public Family family = Family.IPV4;
    public long sourceHigh;
    /** All zero: the lookup selects one. */
    public long sourceLow;

    public long destinationHigh;
    public long destinationLow;
    public int mark;
    /** DSCP in the upper six bits. */
    public int tos;
    /** Index of the device it came by; {@link NetDevice#LOOPBACK_INDEX} for what this host sends. */
    public int inDevice = NetDevice.LOOPBACK_INDEX;
    /** Index of the device it must leave by; 0: any. */
    public int outDevice;

    public int protocol;
    public int sourcePort;
    public int destinationPort;
    /** Whose addresses share a flow out among next hops, if not those of this lookup. */
    @Nullable
    Packet sharedBy;
    /** Unsigned 32 bits; 0 for all that no socket sent, also what came in ({@code sock_net_uid}). */
    public long uid;
    /** {@code FLOWI_FLAG_ANYSRC}: the source need not be an address of this host. */
    public boolean anySource;

    /** Back to a lookup for what the host itself sends. */
    public void clear(final Family newFamily) {
        family = newFamily;
        sourceHigh = 0;
        sourceLow = 0;
        destinationHigh = 0;
        destinationLow = 0;
        mark = 0;
        tos = 0;
        inDevice = NetDevice.LOOPBACK_INDEX;
        outDevice = 0;
        protocol = 0;
        sourcePort = 0;
        destinationPort = 0;
        uid = 0;
        sharedBy = null;
        anySource = false;
    }

    public void source(final IpAddress address) {
        sourceHigh = address.high();
        sourceLow = address.low();
    }

    public void destination(final IpAddress address) {
        destinationHigh = address.high();
        destinationLow = address.low();
    }

    public boolean hasSource() {
        return (sourceHigh | sourceLow) != 0;
    }

    /** Addresses of the packet, from source to destination. */
    void forward(final Packet packet) {
        if (packet.family() == Family.IPV4) {
            sourceHigh = 0;
            sourceLow = packet.ipv4Source() & 0xFFFF_FFFFL;
            destinationHigh = 0;
            destinationLow = packet.ipv4Destination() & 0xFFFF_FFFFL;
        } else {
            sourceHigh = packet.ipv6SourceHigh();
            sourceLow = packet.ipv6SourceLow();
            destinationHigh = packet.ipv6DestinationHigh();
            destinationLow = packet.ipv6DestinationLow();
        }
    }

    void swapAddresses() {
        final long high = sourceHigh;
        final long low = sourceLow;
        sourceHigh = destinationHigh;
        sourceLow = destinationLow;
        destinationHigh = high;
        destinationLow = low;
        final int port = sourcePort;
        sourcePort = destinationPort;
        destinationPort = port;
    }
}
