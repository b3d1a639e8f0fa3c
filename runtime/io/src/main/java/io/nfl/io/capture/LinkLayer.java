// SPDX-License-Identifier: Apache-2.0
package io.nfl.io.capture;

import java.util.Optional;

/** Link types whose frames can be stripped to the IP packet ({@code LINKTYPE_*}). */
public enum LinkLayer {
    /** BSD loopback: a 4-byte address family in the capturing host's byte order. */
    NULL(0),
    ETHERNET(1),
    /** DLT_RAW of some systems, before 101 was assigned. */
    RAW_BSD(12),
    RAW_OPENBSD(14),
    RAW(101),
    /** Linux cooked capture, 16 bytes ({@code -i any} of older tcpdump). */
    LINUX_COOKED(113),
    IPV4(228),
    IPV6(229),
    /** Linux cooked capture v2, 20 bytes. */
    LINUX_COOKED_2(276);

    private static final int ETHERTYPE_IPV4 = 0x0800;
    private static final int ETHERTYPE_IPV6 = 0x86DD;
    /** No sender's address. */
    public static final long NO_MAC = -1;

    private static final int MAC_BYTES = 6;
    private static final int PACKET_BROADCAST = 1;
    private static final int PACKET_MULTICAST = 2;
    private static final int PACKET_OUTGOING = 4;
    private static final int PACKET_OTHERHOST = 3;

    private final int number;

    LinkLayer(final int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    public static Optional<LinkLayer> of(final int number) {
        for (final LinkLayer layer : values()) {
            if (layer.number == number) {
                return Optional.of(layer);
            }
        }
        return Optional.empty();
    }

    /** Why a frame holds no IP packet for this host. Negative, so that it shares an int with offsets. */
    public static final class Skip {
        /** Not IPv4 or IPv6: ARP, VLAN-tagged, or another EtherType. */
        public static final int NOT_IP = -1;
        /** The host sent it. */
        public static final int OUTGOING = -2;
        /** For another host; the kernel drops it before netfilter. */
        public static final int OTHER_HOST = -3;
        /** Too short for its headers. */
        public static final int SHORT = -4;

        private Skip() {}
    }

    /** Where the IP packet begins in the frame, or one of {@link Skip}. */
    public int ipOffset(final CapturedFrame frame) {
        if (frame.direction() == CapturedFrame.OUTBOUND) {
            return Skip.OUTGOING;
        }
        return switch (this) {
            case NULL -> ifIp(frame, 4);
            case ETHERNET -> byEtherType(frame, 12, 14);
            case RAW_BSD, RAW_OPENBSD, RAW, IPV4, IPV6 -> ifIp(frame, 0);
            case LINUX_COOKED -> cooked(frame, frame.length() < 2 ? 0 : shortAt(frame, 0), 14, 16);
            case LINUX_COOKED_2 -> cooked(frame, frame.length() < 11 ? 0 : frame.bytes()[10] & 0xFF, 0, 20);
        };
    }

    /** {@code skb->pkt_type}: 0 to this host, 1 broadcast, 2 multicast; 0 where the frame does not tell. */
    public int packetType(final CapturedFrame frame) {
        return switch (this) {
            case ETHERNET -> byDestination(frame.bytes());
            case LINUX_COOKED -> shortAt(frame, 0);
            case LINUX_COOKED_2 -> frame.bytes()[10] & 0xFF;
            case NULL, RAW_BSD, RAW_OPENBSD, RAW, IPV4, IPV6 -> 0;
        };
    }

    private static int byDestination(final byte[] header) {
        if ((header[0] & 1) == 0) {
            return 0;
        }
        for (int i = 0; i < MAC_BYTES; i++) {
            if (header[i] != (byte) 0xFF) {
                return PACKET_MULTICAST;
            }
        }
        return PACKET_BROADCAST;
    }

    /** The sender's address in the low 48 bits; {@link #NO_MAC} where the frame has none. */
    public long macSource(final CapturedFrame frame) {
        return switch (this) {
            case ETHERNET -> mac(frame, MAC_BYTES);
            case LINUX_COOKED -> shortAt(frame, 4) == MAC_BYTES ? mac(frame, 6) : NO_MAC;
            case LINUX_COOKED_2 -> frame.bytes()[11] == MAC_BYTES ? mac(frame, 12) : NO_MAC;
            case NULL, RAW_BSD, RAW_OPENBSD, RAW, IPV4, IPV6 -> NO_MAC;
        };
    }

    private static long mac(final CapturedFrame frame, final int at) {
        long value = 0;
        for (int i = at; i < at + MAC_BYTES; i++) {
            value = value << 8 | frame.bytes()[i] & 0xFF;
        }
        return value;
    }

    private static int cooked(
            final CapturedFrame frame, final int packetType, final int etherTypeAt, final int headerBytes) {
        if (packetType == PACKET_OUTGOING) {
            return Skip.OUTGOING;
        }
        if (packetType == PACKET_OTHERHOST) {
            return Skip.OTHER_HOST;
        }
        return byEtherType(frame, etherTypeAt, headerBytes);
    }

    private static int byEtherType(final CapturedFrame frame, final int etherTypeAt, final int headerBytes) {
        if (frame.length() < headerBytes) {
            return Skip.SHORT;
        }
        final int etherType = shortAt(frame, etherTypeAt);
        return etherType == ETHERTYPE_IPV4 || etherType == ETHERTYPE_IPV6 ? ifIp(frame, headerBytes) : Skip.NOT_IP;
    }

    private static int ifIp(final CapturedFrame frame, final int at) {
        if (frame.length() <= at) {
            return Skip.SHORT;
        }
        final int version = frame.bytes()[at] >>> 4 & 0xF;
        return version == 4 || version == 6 ? at : Skip.NOT_IP;
    }

    private static int shortAt(final CapturedFrame frame, final int at) {
        return (frame.bytes()[at] & 0xFF) << 8 | frame.bytes()[at + 1] & 0xFF;
    }
}
