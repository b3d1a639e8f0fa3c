// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.nat;

import io.nfl.api.classify.NatRange;
import io.nfl.api.net.AddressRange;
import io.nfl.api.net.Family;
import io.nfl.api.net.Hook;
import io.nfl.api.net.IpAddress;
import io.nfl.api.net.Verdict;
import io.nfl.engine.choice.Chooser;
import io.nfl.engine.conntrack.Connection;
import io.nfl.engine.conntrack.Conntrack;
import io.nfl.engine.conntrack.CtInfo;
import io.nfl.engine.conntrack.Tuple;
import io.nfl.engine.packet.DropReason;
import io.nfl.engine.packet.Packet;
import java.util.Optional;

/**
 * Address translation at the four hooks, both families (net/netfilter/nf_nat_core.c). The first packet of a connection
 * decides; packets of connections that are in the table allocate nothing. NOT thread safe.
 */
public final class Nat {
    private static final IpAddress LOOPBACK_V4 = IpAddress.v4(0x7F00_0001);
    private static final IpAddress LOOPBACK_V6 = IpAddress.v6(0, 1);

    private final Conntrack conntrack;
    private final AddressSource addresses;
    private final TupleChoice choice;
    private final PacketTranslation translation = new PacketTranslation();
    private final IcmpErrorTranslation icmpErrors = new IcmpErrorTranslation(translation);
    private final Tuple current = new Tuple();
    private final Tuple chosen = new Tuple();
    private final Tuple target = new Tuple();
    private Optional<DropReason> dropReason = Optional.empty();

    public Nat(final Conntrack conntrack, final Chooser chooser, final AddressSource addresses) {
        this.conntrack = conntrack;
        this.addresses = addresses;
        this.choice = new TupleChoice(conntrack, chooser);
    }

    /**
     * {@code nf_nat_ipv4_fn}, {@code nf_nat_ipv6_fn} and {@code nf_nat_inet_fn}. The caller reroutes where the
     * destination address has changed.
     *
     * @param rules the nat table, {@link NatRules#ABSENT} without one
     * @return a verdict of {@link Verdict}
     */
    public int hook(final Packet packet, final Hook hook, final NatRules rules) {
        dropReason = Optional.empty();
        final Connection connection = packet.connection;
        if (connection == null) {
            return Verdict.ACCEPT;
        }
        final Manip manip = Manip.of(hook);
        if (IcmpErrorTranslation.concerns(packet)) {
            dropReason = icmpErrors.translate(packet, connection, manip);
            return dropReason.isEmpty() ? Verdict.ACCEPT : Verdict.DROP;
        }
        if (!connection.is(manip.done()) && mayBegin(packet.ctInfo)) {
            final int verdict = rules.run(packet, hook);
            if (verdict != Verdict.ACCEPT) {
                return verdict;
            }
            if (!connection.is(manip.done()) && bindNull(connection, manip) != Verdict.ACCEPT) {
                return Verdict.DROP;
            }
        } else if (leftDevice(packet, hook, connection)) {
            conntrack.kill(connection);
            return drop(DropReason.NAT_DEVICE_CHANGED);
        }
        return translate(packet, connection, manip);
    }

    /** Why the last packet was dropped; absent where it was not, or where a rule or a match says why. */
    public Optional<DropReason> dropReason() {
        return dropReason;
    }

    private int drop(final DropReason reason) {
        dropReason = Optional.of(reason);
        return Verdict.DROP;
    }

    /** Only what is not ESTABLISHED asks the table. */
    private static boolean mayBegin(final int ctInfo) {
        return ctInfo != CtInfo.ESTABLISHED && ctInfo != CtInfo.ESTABLISHED_REPLY;
    }

    /** {@code nf_nat_oif_changed}: a masqueraded connection is bound to the device that it left by first. */
    private static boolean leftDevice(final Packet packet, final Hook hook, final Connection connection) {
        return hook == Hook.POSTROUTING
                && !connection.masqueradeDevice().isEmpty()
                && CtInfo.direction(packet.ctInfo) == 0
                && !connection.masqueradeDevice().equals(packet.out());
    }

    /** {@code nf_nat_packet}. */
    private int translate(final Packet packet, final Connection connection, final Manip manip) {
        final int direction = CtInfo.direction(packet.ctInfo);
        if ((connection.status() & manip.statusBit(direction)) == 0) {
            return Verdict.ACCEPT;
        }
        target.invert(connection.tuple(1 - direction));
        return translation.rewrite(packet, 0, target, manip) ? Verdict.ACCEPT : drop(DropReason.NAT_HEADER);
    }

    /** {@code nf_nat_alloc_null_binding}: the address stays, the port only where it is free. */
    private int bindNull(final Connection connection, final Manip manip) {
        final Tuple reply = connection.tuple(1);
        final IpAddress address = manip == Manip.SOURCE
                ? new IpAddress(reply.family, reply.destinationHigh, reply.destinationLow)
                : new IpAddress(reply.family, reply.sourceHigh, reply.sourceLow);
        return setup(connection, NatRange.to(new AddressRange(address, address), Optional.empty()), manip);
    }

    /** {@code nf_nat_setup_info}. */
    private int setup(final Connection connection, final NatRange range, final Manip manip) {
        if (connection.isConfirmed()) {
            return Verdict.ACCEPT;
        }
        if (connection.is(manip.done())) {
            return Verdict.DROP;
        }
        current.invert(connection.tuple(1));
        choice.choose(connection, current, range, manip, chosen);
        if (!chosen.same(current)) {
            target.invert(chosen);
            connection.alterReply(target);
            connection.add(manip.changed());
        }
        connection.add(manip.done());
        return Verdict.ACCEPT;
    }

    private int setup(final Packet packet, final NatRange range, final Manip manip) {
        final Connection connection = packet.connection;
        return connection == null ? Verdict.ACCEPT : setup(connection, range, manip);
    }

    /** xt_nat.c, {@code -j SNAT}. @return a verdict */
    public int snat(final Packet packet, final NatRange range) {
        return setup(packet, range, Manip.SOURCE);
    }

    /** xt_nat.c, {@code -j DNAT}. @return a verdict */
    public int dnat(final Packet packet, final NatRange range) {
        return setup(packet, range, Manip.DESTINATION);
    }

    /**
     * nf_nat_masquerade.c: the source becomes an address of the out device.
     *
     * @param nextHop of the packet's route, the destination where it is on link; IPv6 takes the destination
     * @return a verdict; DROP where no address is found
     */
    public int masquerade(final Packet packet, final NatRange range, final IpAddress nextHop) {
        final Connection connection = packet.connection;
        if (connection == null) {
            return Verdict.ACCEPT;
        }
        final boolean v4 = packet.family() == Family.IPV4;
        if (v4 && connection.originalSourceLow() == 0) {
            return Verdict.ACCEPT;
        }
        final IpAddress toward = v4 ? nextHop : IpAddress.v6(packet.ipv6DestinationHigh(), packet.ipv6DestinationLow());
        final Optional<IpAddress> source = addresses.select(packet.out(), toward);
        if (source.isEmpty()) {
            return drop(DropReason.NAT_NO_ADDRESS);
        }
        connection.masqueradeDevice(packet.out());
        return setup(connection, at(source.get(), range), Manip.SOURCE);
    }

    /** nf_nat_redirect.c: the destination becomes the host itself. @return a verdict; DROP where it has no address */
    public int redirect(final Packet packet, final Hook hook, final NatRange range) {
        final boolean v4 = packet.family() == Family.IPV4;
        final Optional<IpAddress> destination = hook == Hook.OUTPUT
                ? Optional.of(v4 ? LOOPBACK_V4 : LOOPBACK_V6)
                : addresses.addresses(packet.in(), packet.family()).stream()
                        .filter(address -> v4 || AddressScope.matches(address, packet))
                        .findFirst();
        return destination.isEmpty()
                ? drop(DropReason.NAT_NO_ADDRESS)
                : setup(packet, at(destination.get(), range), Manip.DESTINATION);
    }

    /** xt_NETMAP.c: the network's bits replaced, the host's kept. @return a verdict */
    public int netmap(final Packet packet, final Hook hook, final NatRange network) {
        final AddressRange range = network.addresses().orElseThrow();
        final Manip manip = Manip.of(hook);
        final IpAddress address = address(packet, manip);
        final long hostHigh = range.low().high() ^ range.high().high();
        final long hostLow = range.low().low() ^ range.high().low();
        final IpAddress mapped = new IpAddress(
                address.family(),
                address.high() & hostHigh | range.low().high() & ~hostHigh,
                address.low() & hostLow | range.low().low() & ~hostLow);
        return setup(packet, at(mapped, network), manip);
    }

    private static IpAddress address(final Packet packet, final Manip manip) {
        final boolean source = manip == Manip.SOURCE;
        if (packet.family() == Family.IPV4) {
            return IpAddress.v4(source ? packet.ipv4Source() : packet.ipv4Destination());
        }
        return source
                ? IpAddress.v6(packet.ipv6SourceHigh(), packet.ipv6SourceLow())
                : IpAddress.v6(packet.ipv6DestinationHigh(), packet.ipv6DestinationLow());
    }

    /** The rule's range with the address that the target itself has chosen. */
    private static NatRange at(final IpAddress address, final NatRange range) {
        return new NatRange(
                Optional.of(new AddressRange(address, address)),
                range.ports(),
                range.basePort(),
                range.random(),
                range.fullyRandom(),
                range.persistent());
    }
}
