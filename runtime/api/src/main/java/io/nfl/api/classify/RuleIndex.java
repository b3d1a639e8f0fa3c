// SPDX-License-Identifier: Apache-2.0
package io.nfl.api.classify;

import io.nfl.api.net.Family;
import io.nfl.api.net.IpProtocol;
import io.nfl.api.packet.PacketView;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the rules of a long chain whose addresses, devices, protocol and ports a packet has, in the chain's order.
 * What else a rule compares is left to code: {@link #kind} tells which.
 *
 * <p>A packet without a whole transport header where its protocol has ports (a later fragment, a header cut short) is
 * "odd": it is looked up by addresses and devices alone, since it hits no port and may be dropped at a rule that asks.
 */
public final class RuleIndex {
    private static final int TCP = IpProtocol.TCP.number();
    private static final int UDP = IpProtocol.UDP.number();
    private static final int SCTP = IpProtocol.SCTP.number();
    private static final int DCCP = IpProtocol.DCCP.number();
    private static final int TCP_HEADER = 20;
    private static final int UDP_HEADER = 8;
    private static final int SCTP_HEADER = 12;

    private final TupleTables all;
    private final TupleTables addresses;
    private final int[] kinds;
    private final List<String> devices;
    private final Map<String, Integer> deviceNumbers = new HashMap<>();

    /**
     * @param all tables over all fields
     * @param addresses tables over addresses and devices, for odd packets
     * @param kinds of each rule
     * @param devices names by number, from 1
     */
    public RuleIndex(
            final TupleTables all, final TupleTables addresses, final int[] kinds, final List<String> devices) {
        this.all = all;
        this.addresses = addresses;
        this.kinds = kinds.clone();
        this.devices = List.copyOf(devices);
        for (int i = 0; i < devices.size(); i++) {
            deviceNumbers.put(devices.get(i), i + 1);
        }
    }

    public TupleTables all() {
        return all;
    }

    public TupleTables addresses() {
        return addresses;
    }

    public int[] kinds() {
        return kinds.clone();
    }

    public List<String> devices() {
        return devices;
    }

    /** Which code tests the rest of the rule and runs its target. */
    public int kind(final int rule) {
        return kinds[rule];
    }

    /** Whether the packet lacks the ports that its protocol has, or the way to its transport header. */
    public static boolean isOdd(final PacketView packet) {
        final int protocol = packet.transportProtocol();
        final int header;
        if (protocol == TCP) {
            header = TCP_HEADER;
        } else if (protocol == UDP) {
            header = UDP_HEADER;
        } else if (protocol == SCTP || protocol == DCCP) {
            header = SCTP_HEADER;
        } else {
            return protocol == PacketView.NO_PROTOCOL;
        }
        return packet.fragmentOffset() != 0 || packet.transportBytes() < header;
    }

    /** The first rule from {@code from} on whose indexed fields the packet has, or -1. */
    public int next(final PacketView packet, final int from, final boolean odd) {
        final TupleTables tables = odd ? addresses : all;
        final long rest = devices(packet) | (odd ? 0 : transport(packet));
        if (packet.family() == Family.IPV4) {
            return tables.next(packet.longAt(12), rest, from);
        }
        return tables.next(
                packet.ipv6SourceHigh(),
                packet.ipv6SourceLow(),
                packet.ipv6DestinationHigh(),
                packet.ipv6DestinationLow(),
                rest,
                from);
    }

    private static long transport(final PacketView packet) {
        final int protocol = packet.transportProtocol();
        final boolean hasPorts = protocol == TCP || protocol == UDP || protocol == SCTP || protocol == DCCP;
        final long ports = hasPorts ? packet.intAt(packet.transportOffset()) & 0xFFFF_FFFFL : 0;
        return ports << 32 | (protocol & 0xFFL) << 24;
    }

    private long devices(final PacketView packet) {
        return deviceNumbers.isEmpty() ? 0 : (long) number(packet.in()) << 12 | number(packet.out());
    }

    private int number(final String device) {
        final Integer number = deviceNumbers.get(device);
        return number == null ? 0 : number;
    }
}
