// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.nat;

import io.nfl.api.net.AddressType;
import io.nfl.api.net.Family;
import io.nfl.api.net.Hook;
import io.nfl.api.net.IpAddress;
import io.nfl.api.net.Verdict;
import io.nfl.api.packet.Ipv4Header;
import io.nfl.api.packet.PacketView;
import io.nfl.api.packet.RoutingView;
import io.nfl.engine.choice.Chooser;
import io.nfl.engine.clock.SettableClock;
import io.nfl.engine.conntrack.Conntrack;
import io.nfl.engine.conntrack.ConntrackSettings;
import io.nfl.engine.packet.Checksum;
import io.nfl.engine.packet.Packet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Conntrack and NAT of a forwarding host without anything else between them. */
final class NatHost {
    private static final long SEED = 7;

    final SettableClock clock = new SettableClock();
    final Conntrack conntrack = new Conntrack(new ConntrackSettings(), clock, SEED);
    final WantedPort chooser = new WantedPort();
    final Nat nat;
    private boolean translating;

    NatHost(final Function<String, List<IpAddress>> addresses) {
        nat = new Nat(conntrack, chooser, new AddressSource() {
            @Override
            public List<IpAddress> addresses(final String device, final Family family) {
                return addresses.apply(device);
            }

            @Override
            public Optional<IpAddress> select(final String device, final IpAddress toward) {
                return addresses.apply(device).stream().findFirst();
            }
        });
    }

    Packet packet(final byte[] bytes) {
        final Packet packet = new Packet(new NoRoutes());
        packet.load(RecordedTest.family(bytes), bytes, 0, bytes.length);
        return packet;
    }

    /** NAT hooks run only where a rule asks for them. */
    void translating(final boolean on) {
        translating = on;
    }

    int prerouting(final Packet packet, final NatRules rules) {
        return conntrack.in(packet, Hook.PREROUTING) == Verdict.ACCEPT
                ? hook(packet, Hook.PREROUTING, rules)
                : Verdict.DROP;
    }

    int input(final Packet packet, final NatRules rules) {
        return hook(packet, Hook.INPUT, rules) == Verdict.ACCEPT ? conntrack.confirm(packet) : Verdict.DROP;
    }

    int postrouting(final Packet packet, final NatRules rules) {
        return hook(packet, Hook.POSTROUTING, rules) == Verdict.ACCEPT ? conntrack.confirm(packet) : Verdict.DROP;
    }

    private int hook(final Packet packet, final Hook hook, final NatRules rules) {
        return translating ? nat.hook(packet, hook, rules) : Verdict.ACCEPT;
    }

    void decrementTtl(final Packet packet) {
        if (packet.family() == Family.IPV4) {
            packet.putByte(Ipv4Header.TTL, packet.ttl() - 1);
            Checksum.ipv4(packet);
        } else {
            packet.putByte(7, packet.ttl() - 1);
        }
    }

    /** Begins every search at the port that the kernel took. */
    static final class WantedPort implements Chooser {
        int wanted;
        int low;

        @Override
        public int portOffset(final int size) {
            final int first = switch (size) {
                case 511 -> 1;
                case 424 -> 600;
                case 64_512 -> 1024;
                case 65_536 -> 0;
                default -> low;
            };
            return wanted - first & 0xFFFF;
        }

        @Override
        public int probability() {
            return 0;
        }

        @Override
        public int multipath(final int flow) {
            return 0;
        }

        @Override
        public int sequenceNumber() {
            return 0;
        }

        @Override
        public int identification() {
            return 0;
        }

        @Override
        public int ephemeralPort(final int size) {
            return 0;
        }
    }

    private static final class NoRoutes implements RoutingView {
        @Override
        public int addressTypes(final long high, final long low, final String device) {
            return AddressType.UNICAST.bit();
        }

        @Override
        public boolean reversePathHolds(
                final PacketView packet, final boolean loose, final boolean validMark, final boolean acceptLocal) {
            return true;
        }
    }
}
