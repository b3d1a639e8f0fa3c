// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.state;

import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.api.packet.PacketView;

/** The part of a packet that names its bucket, list or entry. Filled anew for each packet; copied when it is kept. */
final class PacketKey {
    private long sourceHigh;
    private long sourceLow;
    private long destinationHigh;
    private long destinationLow;
    private int ports;
    private Family family = Family.IPV4;

    void clear(final Family keyFamily) {
        sourceHigh = 0;
        sourceLow = 0;
        destinationHigh = 0;
        destinationLow = 0;
        ports = 0;
        family = keyFamily;
    }

    void source(final PacketView packet, final IpAddress mask) {
        if (packet.family() == Family.IPV4) {
            sourceLow = packet.ipv4Source() & mask.low();
        } else {
            sourceHigh = packet.ipv6SourceHigh() & mask.high();
            sourceLow = packet.ipv6SourceLow() & mask.low();
        }
    }

    void destination(final PacketView packet, final IpAddress mask) {
        if (packet.family() == Family.IPV4) {
            destinationLow = packet.ipv4Destination() & mask.low();
        } else {
            destinationHigh = packet.ipv6DestinationHigh() & mask.high();
            destinationLow = packet.ipv6DestinationLow() & mask.low();
        }
    }

    /** The one address of a list that does not tell source from destination. */
    void address(final PacketView packet, final boolean bySource, final IpAddress mask) {
        if (bySource) {
            source(packet, mask);
            return;
        }
        destination(packet, mask);
        sourceHigh = destinationHigh;
        sourceLow = destinationLow;
        destinationHigh = 0;
        destinationLow = 0;
    }

    /** Both ports, or whatever else shall tell keys apart. */
    void ports(final int value) {
        ports = value;
    }

    PacketKey copy() {
        final PacketKey copy = new PacketKey();
        copy.sourceHigh = sourceHigh;
        copy.sourceLow = sourceLow;
        copy.destinationHigh = destinationHigh;
        copy.destinationLow = destinationLow;
        copy.ports = ports;
        copy.family = family;
        return copy;
    }

    @Override
    public boolean equals(final Object other) {
        return other instanceof PacketKey k
                && sourceHigh == k.sourceHigh
                && sourceLow == k.sourceLow
                && destinationHigh == k.destinationHigh
                && destinationLow == k.destinationLow
                && ports == k.ports
                && family == k.family;
    }

    @Override
    public int hashCode() {
        long hash = sourceHigh;
        hash = 31 * hash + sourceLow;
        hash = 31 * hash + destinationHigh;
        hash = 31 * hash + destinationLow;
        hash = 31 * hash + ports;
        hash *= 0x9E3779B97F4A7C15L;
        return (int) (hash >>> 32);
    }
}
