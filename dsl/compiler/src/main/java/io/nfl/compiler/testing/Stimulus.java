// SPDX-License-Identifier: Apache-2.0
package io.nfl.compiler.testing;

import io.nfl.api.net.IpAddress;
import java.time.Duration;
import java.util.Optional;

/** What is done to a host in a test: its event, with every choice made. The kernel takes the same. */
public sealed interface Stimulus {
    /** A packet arrives. @param bytes from the IP header on; not to be changed */
    record Arrival(String device, byte[] bytes) implements Stimulus {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.arrival(this);
        }
    }

    /**
     * A program of this host sends a packet by a raw socket.
     *
     * @param uid of its user
     * @param bound the address that the socket is bound to: the packet's source where this host owns it
     */
    record Local(int uid, Optional<IpAddress> bound, byte[] bytes) implements Stimulus {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.local(this);
        }
    }

    /** Time passes. */
    record Wait(Duration duration) implements Stimulus {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.waits(this);
        }
    }

    /** A link goes down or comes up. */
    record Link(String device, boolean up) implements Stimulus {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.link(this);
        }
    }

    <R> R accept(Visitor<R> visitor);

    /** One method for each kind. */
    interface Visitor<R> {
        R arrival(Arrival stimulus);

        R local(Local stimulus);

        R waits(Wait stimulus);

        R link(Link stimulus);
    }
}
