// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.nat;

import io.nfl.api.classify.NatRange;
import io.nfl.api.net.IpProtocol;
import io.nfl.api.net.PortRange;
import io.nfl.engine.choice.Chooser;
import io.nfl.engine.conntrack.Connection;
import io.nfl.engine.conntrack.ConnectionStatus;
import io.nfl.engine.conntrack.Conntrack;
import io.nfl.engine.conntrack.Tuple;

/** {@code nf_nat_l4proto_unique_tuple}: the first free port or id from a random begin on. NOT thread safe. */
final class PortSearch {
    private static final int MAX_ATTEMPTS = 128;
    private static final int LEAST_ATTEMPTS = 16;
    /** {@code NF_NAT_HARDER_THRESH}: with so few attempts left, closed connections make room. */
    private static final int HARDER = MAX_ATTEMPTS / 4;

    private static final int SYN_SENT = 1;
    private static final int TIME_WAIT = 7;

    private final Conntrack conntrack;
    private final Chooser chooser;
    private final Tuple reply = new Tuple();

    PortSearch(final Conntrack conntrack, final Chooser chooser) {
        this.conntrack = conntrack;
        this.chooser = chooser;
    }

    static boolean hasPorts(final int protocol) {
        return protocol == IpProtocol.TCP.number()
                || protocol == IpProtocol.UDP.number()
                || protocol == IpProtocol.UDPLITE.number()
                || protocol == IpProtocol.SCTP.number();
    }

    /** The ports that a source port may become where the rule names none: privileged ports stay privileged. */
    private static PortRange portClass(final int port) {
        if (port < 512) {
            return new PortRange(1, 511);
        }
        return port < 1024 ? new PortRange(600, 1023) : new PortRange(1024, 65_535);
    }

    void search(
            final Connection connection,
            final NatRange range,
            final Manip manip,
            final boolean random,
            final Tuple tuple) {
        final boolean icmp = TupleChoice.isIcmp(tuple.protocol);
        final boolean given = range.ports().isPresent();
        if (!icmp && (!hasPorts(tuple.protocol) || !given && manip == Manip.DESTINATION)) {
            return;
        }
        final Manip key = icmp ? Manip.SOURCE : manip;
        final PortRange ports = range.ports().orElseGet(() -> icmp ? PortRange.ALL : portClass(tuple.sourcePort));
        final int size = ports.high() - ports.low() + 1;
        int offset = begin(range, manip, random, key(tuple, key), size);
        int attempts = Math.min(size, MAX_ATTEMPTS);
        while (true) {
            for (int i = 0; i < attempts; i++) {
                setKey(tuple, key, ports.low() + (offset + i & 0xFFFF) % size);
                if (!isUsed(connection, tuple, attempts - i)) {
                    return;
                }
            }
            if (attempts >= size || attempts < LEAST_ATTEMPTS) {
                return;
            }
            attempts /= 2;
            offset = chooser.portOffset(size);
        }
    }

    private int begin(
            final NatRange range, final Manip manip, final boolean random, final int current, final int size) {
        if (range.basePort().isPresent()) {
            return current - range.basePort().getAsInt() & 0xFFFF;
        }
        return random || manip == Manip.SOURCE ? chooser.portOffset(size) : 0;
    }

    private static int key(final Tuple tuple, final Manip key) {
        return key == Manip.SOURCE ? tuple.sourcePort : tuple.destinationPort;
    }

    private static void setKey(final Tuple tuple, final Manip key, final int value) {
        if (key == Manip.SOURCE) {
            tuple.sourcePort = value;
        } else {
            tuple.destinationPort = value;
        }
    }

    /** {@code nf_nat_used_tuple_harder}. */
    private boolean isUsed(final Connection connection, final Tuple tuple, final int attemptsLeft) {
        reply.invert(tuple);
        if (attemptsLeft > HARDER
                || tuple.protocol != IpProtocol.TCP.number()
                || connection.tcpStateNumber() != SYN_SENT) {
            return conntrack.isTaken(reply, connection);
        }
        final Connection other = conntrack.find(reply, connection.zone());
        if (other == null) {
            return false;
        }
        if (Conntrack.isOriginal(other, reply) || other == connection || !mayEvict(other, connection)) {
            return true;
        }
        conntrack.kill(other);
        return false;
    }

    /** {@code nf_nat_may_kill} and {@code nf_seq_has_advanced}. */
    private static boolean mayEvict(final Connection old, final Connection connection) {
        return old.tcpStateNumber() >= TIME_WAIT
                && !old.is(ConnectionStatus.FIXED_TIMEOUT)
                && !old.is(ConnectionStatus.DYING)
                && old.is(ConnectionStatus.SRC_NAT)
                && connection.tcpOriginalEnd() - old.tcpOriginalEnd() > 0;
    }
}
