// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli.simulate;

import io.nfl.api.host.HostDescription;
import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.engine.localhost.LocalSender;
import io.nfl.ir.Ruleset;
import java.util.List;
import java.util.Map;

/**
 * A scenario ready to run.
 *
 * @param ethernets by name, the devices whose packets come and go in frames
 * @param sink whether the host stays silent although packets reach it
 * @param tellsCt whether flows tell their conntrack state
 */
record Scenario(
        String name,
        HostDescription host,
        Map<String, Ethernet> ethernets,
        Map<Family, Ruleset> rules,
        List<Listener> listeners,
        boolean sink,
        boolean tellsCt,
        Counting counting,
        List<Event> events) {

    /** When counters are told. */
    enum Counting {
        END,
        EACH,
        NONE
    }

    /** A socket that waits. @param stream TCP, else UDP */
    record Listener(boolean stream, IpAddress address, int port) {}

    /** What happens. */
    sealed interface Event {
        /**
         * A packet comes in by a device.
         *
         * @param heard false for one of IPv6 on a host without it ({@code disable_ipv6})
         */
        record Arrival(String device, byte[] bytes, boolean heard) implements Event {
            @Override
            public <R> R accept(final Visitor<R> visitor) {
                return visitor.arrival(this);
            }
        }

        /** A program sends a packet with its own header. */
        record Raw(LocalSender.Request request, byte[] bytes) implements Event {
            @Override
            public <R> R accept(final Visitor<R> visitor) {
                return visitor.raw(this);
            }
        }

        /** A program sends a datagram. */
        record Datagram(LocalSender.Request request, byte[] data) implements Event {
            @Override
            public <R> R accept(final Visitor<R> visitor) {
                return visitor.datagram(this);
            }
        }

        /** A program connects. */
        record Connect(LocalSender.Request request) implements Event {
            @Override
            public <R> R accept(final Visitor<R> visitor) {
                return visitor.connect(this);
            }
        }

        /** Time passes for connections only. */
        record Age(long seconds) implements Event {
            @Override
            public <R> R accept(final Visitor<R> visitor) {
                return visitor.age(this);
            }
        }

        /** Time passes. */
        record Sleep(long nanos) implements Event {
            @Override
            public <R> R accept(final Visitor<R> visitor) {
                return visitor.sleep(this);
            }
        }

        /** All connections are forgotten. */
        record Flush() implements Event {
            @Override
            public <R> R accept(final Visitor<R> visitor) {
                return visitor.flush(this);
            }
        }

        /** A command that does nothing. */
        record Nothing() implements Event {
            @Override
            public <R> R accept(final Visitor<R> visitor) {
                return visitor.nothing(this);
            }
        }

        /** A setting of conntrack changes. */
        record Setting(String name, int value) implements Event {
            @Override
            public <R> R accept(final Visitor<R> visitor) {
                return visitor.setting(this);
            }
        }

        /** Something else, and then time passes. */
        record Settled(Event event, long nanos) implements Event {
            @Override
            public <R> R accept(final Visitor<R> visitor) {
                return visitor.settled(this);
            }
        }

        <R> R accept(Visitor<R> visitor);

        /** One method for each kind of event. */
        interface Visitor<R> {
            R arrival(Arrival event);

            R raw(Raw event);

            R datagram(Datagram event);

            R connect(Connect event);

            R age(Age event);

            R sleep(Sleep event);

            R flush(Flush event);

            R nothing(Nothing event);

            R setting(Setting event);

            R settled(Settled event);
        }
    }
}
