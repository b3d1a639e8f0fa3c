// SPDX-License-Identifier: Apache-2.0
package io.nfl.oracle.replay;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;

/**
 * Whether two packets are the same but for what the host draws: identification (of IPv6 fragments too), initial
 * sequence number, flow label, timestamps (samples/oracle/kernel/FIDELITY.md). Sequence numbers are compared by their
 * distance from the initial one, checksums by whether they hold.
 */
final class PacketComparison {
    private static final int ICMP = 1;
    private static final int TCP = 6;
    private static final int SYN = 2;
    private static final int ICMPV6 = 58;
    private static final int IPV6_HEADER = 40;
    private static final int IPV6_NEXT_HEADER = 6;
    private static final int FRAGMENT = 44;
    /** Of a fragment header that comes first. */
    private static final int FRAGMENT_ID = 44;

    private final Set<String> hostAddresses;
    private final Map<String, Integer> kernelSequences = new HashMap<>();
    private final Map<String, Integer> ourSequences = new HashMap<>();

    PacketComparison(final Set<String> hostAddresses) {
        this.hostAddresses = hostAddresses;
    }

    /** @param made whether the host made the packet */
    boolean same(final byte[] kernel, final byte[] ours, final boolean made) {
        // a reset may repeat a number of the peer's, which is not counted from ours
        return Arrays.equals(plain(kernel, made, kernelSequences), plain(ours, made, ourSequences))
                || Arrays.equals(plain(kernel, made, new HashMap<>()), plain(ours, made, new HashMap<>()));
    }

    private byte[] plain(final byte[] packet, final boolean made, final Map<String, Integer> sequences) {
        final ByteBuffer bytes = ByteBuffer.wrap(packet.clone());
        if (packet[0] >>> 4 == 6 && packet[IPV6_NEXT_HEADER] == FRAGMENT && packet.length >= FRAGMENT_ID + 4) {
            bytes.putInt(FRAGMENT_ID, 0);
        }
        if (!made) {
            return bytes.array();
        }
        if (packet[0] >>> 4 == 6) {
            return plainIpv6(bytes, packet, sequences);
        }
        final int header = 4 * (packet[0] & 0xF);
        hideIdentification(bytes, 0);
        final int protocol = packet[9];
        if (protocol == TCP && packet.length >= header + 20) {
            hideSequences(bytes, packet, header, sequences);
        } else if (protocol == ICMP && isError(packet[header])) {
            hideQuoted(bytes, packet, header + 8);
            bytes.putShort(header + 2, holds(sum(packet, header, packet.length, 0)));
        }
        return bytes.array();
    }

    private byte[] plainIpv6(final ByteBuffer bytes, final byte[] packet, final Map<String, Integer> sequences) {
        hideLabel(bytes, 0);
        final int protocol = packet[IPV6_NEXT_HEADER];
        if (protocol == TCP && packet.length >= IPV6_HEADER + 20) {
            hideSequences(bytes, packet, IPV6_HEADER, sequences);
        } else if (protocol == ICMPV6 && packet.length >= 2 * IPV6_HEADER + 8 && packet[IPV6_HEADER] >= 0) {
            // an error; its quote may be of the host under the address that NAT gave it
            hideLabel(bytes, IPV6_HEADER + 8);
            final int pseudo = sum(packet, 8, IPV6_HEADER, ICMPV6 + packet.length - IPV6_HEADER);
            bytes.putShort(IPV6_HEADER + 2, holds(sum(packet, IPV6_HEADER, packet.length, pseudo)));
        }
        return bytes.array();
    }

    private static void hideLabel(final ByteBuffer bytes, final int at) {
        bytes.put(at + 1, (byte) (bytes.get(at + 1) & 0xF0)).putShort(at + 2, (short) 0);
    }

    /** What stands for a checksum: whether it holds. */
    private static short holds(final int sum) {
        return (short) (sum == 0xFFFF ? 0 : 1);
    }

    private static void hideIdentification(final ByteBuffer bytes, final int at) {
        bytes.putShort(at + 10, holds(sum(bytes.array(), at, at + 4 * (bytes.get(at) & 0xF), 0)))
                .putShort(at + 4, (short) 0);
    }

    private static boolean isError(final int type) {
        return type == 3 || type == 4 || type == 5 || type == 11 || type == 12;
    }

    private void hideQuoted(final ByteBuffer bytes, final byte[] packet, final int at) {
        if (packet.length >= at + 20 && hostAddresses.contains(address(packet, at + 12))) {
            hideIdentification(bytes, at);
        }
    }

    private static void hideSequences(
            final ByteBuffer bytes, final byte[] packet, final int at, final Map<String, Integer> sequences) {
        final int size = packet[0] >>> 4 == 6 ? 16 : 4;
        final int addresses = packet[0] >>> 4 == 6 ? 8 : 12;
        final HexFormat hex = HexFormat.of();
        final String local = hex.formatHex(packet, addresses, addresses + size) + ":" + bytes.getShort(at);
        final String remote =
                hex.formatHex(packet, addresses + size, addresses + 2 * size) + ":" + bytes.getShort(at + 2);
        if ((packet[at + 13] & SYN) != 0) {
            sequences.put(local + remote, bytes.getInt(at + 4));
        }
        final int pseudo = sum(packet, addresses, addresses + 2 * size, TCP + packet.length - at);
        final short holds = holds(sum(packet, at, packet.length, pseudo));
        bytes.putInt(at + 4, bytes.getInt(at + 4) - sequences.getOrDefault(local + remote, 0));
        bytes.putInt(at + 8, bytes.getInt(at + 8) - sequences.getOrDefault(remote + local, 0));
        bytes.putShort(at + 16, holds);
        hideTimestamps(bytes, at + 20, at + 4 * (packet[at + 12] >>> 4 & 0xF));
    }

    private static void hideTimestamps(final ByteBuffer bytes, final int from, final int to) {
        int at = from;
        while (at + 1 < to && bytes.get(at) != 0) {
            if (bytes.get(at) == 1) {
                at++;
                continue;
            }
            if (bytes.get(at) == 8 && at + 10 <= to) {
                bytes.putLong(at + 2, 0);
            }
            at += Math.max(2, bytes.get(at + 1));
        }
    }

    private static String address(final byte[] packet, final int at) {
        return (packet[at] & 0xFF) + "." + (packet[at + 1] & 0xFF) + "." + (packet[at + 2] & 0xFF) + "."
                + (packet[at + 3] & 0xFF);
    }

    /** The Internet checksum without the final complement. */
    private static int sum(final byte[] bytes, final int from, final int to, final int start) {
        long sum = start;
        for (int i = from; i < to; i += 2) {
            sum += (bytes[i] & 0xFF) << 8 | (i + 1 < to ? bytes[i + 1] & 0xFF : 0);
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xFFFF) + (sum >>> 16);
        }
        return (int) sum;
    }
}
