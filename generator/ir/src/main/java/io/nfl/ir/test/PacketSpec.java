// SPDX-License-Identifier: Apache-2.0
package io.nfl.ir.test;

import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.api.net.IpProtocol;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A packet of a test. Ports are of the transport where it has any; source and destination share a family.
 *
 * @param fragment absent where it comes whole
 */
public record PacketSpec(
        Transport transport,
        IpAddress source,
        OptionalInt sourcePort,
        IpAddress destination,
        OptionalInt destinationPort,
        Fields fields,
        Optional<Fragment> fragment) {
    private static final int IPV4_HEADER = 20;
    private static final int IPV6_HEADER = 40;

    /** A packet that comes whole. */
    public PacketSpec(
            final Transport transport,
            final IpAddress source,
            final OptionalInt sourcePort,
            final IpAddress destination,
            final OptionalInt destinationPort,
            final Fields fields) {
        this(transport, source, sourcePort, destination, destinationPort, fields, Optional.empty());
    }

    /** Bytes of an IP header without options or extensions. */
    public static int ipHeaderBytes(final Family family) {
        return switch (family) {
            case IPV4 -> IPV4_HEADER;
            case IPV6 -> IPV6_HEADER;
        };
    }

    /** Bytes behind the IP header of the whole packet. */
    public int bytesBehindIp() {
        final int given =
                fields.payload().map(payload -> payload.bytes().length).orElse(0);
        final int asked = fields.length().orElse(0) - ipHeaderBytes(source.family());
        return Math.max(transport.headerBytes() + given, asked);
    }

    /** The packet of which this is a fragment; itself where it comes whole. */
    public PacketSpec whole() {
        return new PacketSpec(transport, source, sourcePort, destination, destinationPort, fields);
    }

    /**
     * Which bytes behind the IP header a fragment carries, counted from 0.
     *
     * @param first a multiple of 8
     * @param last the last of the packet, or before a multiple of 8
     */
    public record Fragment(int first, int last) {}

    /** What the packet carries. */
    public sealed interface Transport {
        /** @param flags bits of {@link io.nfl.api.net.TcpFlags} */
        record Tcp(int flags) implements Transport {
            @Override
            public <R> R accept(final Visitor<R> visitor) {
                return visitor.tcp(this);
            }
        }

        record Udp() implements Transport {
            @Override
            public <R> R accept(final Visitor<R> visitor) {
                return visitor.udp(this);
            }
        }

        /** ICMP or ICMPv6, as the addresses say. @param id of an echo; 0 where none is given */
        record Icmp(int type, int code, int id) implements Transport {
            @Override
            public <R> R accept(final Visitor<R> visitor) {
                return visitor.icmp(this);
            }
        }

        /** Any other protocol, its payload zeros; SCTP carries an INIT chunk. */
        record Other(int protocol) implements Transport {
            @Override
            public <R> R accept(final Visitor<R> visitor) {
                return visitor.other(this);
            }
        }

        /** Bytes of the transport header that a test's packet has; of an unknown protocol 0. */
        default int headerBytes() {
            return accept(new HeaderBytes());
        }

        <R> R accept(Visitor<R> visitor);

        /** One method for each transport. */
        interface Visitor<R> {
            R tcp(Tcp transport);

            R udp(Udp transport);

            R icmp(Icmp transport);

            R other(Other transport);
        }
    }

    /** How long the headers are. */
    private static final class HeaderBytes implements Transport.Visitor<Integer> {
        private static final int TCP = 20;
        private static final int SHORT = 8;
        /** With the INIT chunk. */
        private static final int SCTP = 32;

        @Override
        public Integer tcp(final Transport.Tcp transport) {
            return TCP;
        }

        @Override
        public Integer udp(final Transport.Udp transport) {
            return SHORT;
        }

        @Override
        public Integer icmp(final Transport.Icmp transport) {
            return SHORT;
        }

        @Override
        public Integer other(final Transport.Other transport) {
            return transport.protocol() == IpProtocol.SCTP.number() ? SCTP : 0;
        }
    }

    /**
     * Header fields that a test may set.
     *
     * @param ttl absent: 64
     * @param length of the whole IP packet in bytes; absent: as the payload makes it
     * @param payload after the transport header
     */
    public record Fields(OptionalInt ttl, OptionalInt dscp, OptionalInt length, Optional<Payload> payload) {
        public static final Fields DEFAULT =
                new Fields(OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty(), Optional.empty());
    }

    /** Bytes with value equality. */
    public static final class Payload {
        private final byte[] bytes;

        public Payload(final byte[] bytes) {
            this.bytes = bytes.clone();
        }

        public byte[] bytes() {
            return bytes.clone();
        }

        @Override
        public boolean equals(final Object other) {
            return other instanceof Payload payload && Arrays.equals(bytes, payload.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }
    }
}
