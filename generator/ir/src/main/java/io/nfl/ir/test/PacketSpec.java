// SPDX-License-Identifier: Apache-2.0
package io.nfl.ir.test;

import io.nfl.api.net.IpAddress;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A packet of a test. Ports are of the transport where it has any; source and destination share a family.
 */
public record PacketSpec(
        Transport transport,
        IpAddress source,
        OptionalInt sourcePort,
        IpAddress destination,
        OptionalInt destinationPort,
        Fields fields) {

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

        <R> R accept(Visitor<R> visitor);

        /** One method for each transport. */
        interface Visitor<R> {
            R tcp(Tcp transport);

            R udp(Udp transport);

            R icmp(Icmp transport);

            R other(Other transport);
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
