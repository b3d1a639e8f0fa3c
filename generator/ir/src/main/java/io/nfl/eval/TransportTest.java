// SPDX-License-Identifier: Apache-2.0
package io.nfl.eval;

import io.nfl.api.classify.RuleState;
import io.nfl.api.net.Family;
import io.nfl.api.net.PortRange;
import io.nfl.api.packet.PacketView;
import io.nfl.ir.Invertible;
import io.nfl.ir.Match;
import java.util.Optional;

/**
 * Matches that read the transport header: xt_tcpudp.c, xt_sctp.c, xt_dccp.c, xt_multiport.c, xt_tcpmss.c. A later
 * fragment has no header and misses; a header cut short is {@code hotdrop}.
 */
final class TransportTest {
    private static final int TCP_HEADER = 20;
    private static final int ICMP_HEADER = 8;
    private static final int PORTS = 4;
    private static final int MSS_OPTION = 2;
    private static final int MSS_OPTION_LENGTH = 4;

    private TransportTest() {}

    static int tcp(final Match.Tcp match, final PacketView packet) {
        final int at = packet.transportOffset();
        if (packet.fragmentOffset() != 0) {
            // The kernel counts IPv6's offset in bytes, so its test for 1 never holds there.
            final boolean flagOverwrite = packet.family() == Family.IPV4 && packet.fragmentOffset() == 1;
            return flagOverwrite ? RuleState.HOTDROP : RuleState.MISS;
        }
        if (packet.transportBytes() < TCP_HEADER) {
            return RuleState.HOTDROP;
        }
        if (!port(match.source(), packet.shortAt(at)) || !port(match.destination(), packet.shortAt(at + 2))) {
            return RuleState.MISS;
        }
        if (match.flags().isPresent()) {
            final Match.FlagTest test = match.flags().get().value();
            final boolean equal = (packet.byteAt(at + 13) & test.mask()) == test.compare();
            if (equal == match.flags().get().inverted()) {
                return RuleState.MISS;
            }
        }
        return match.option().isPresent() ? option(match.option().get(), packet) : RuleState.HIT;
    }

    /** {@code tcp_find_option}. */
    private static int option(final Invertible<Integer> test, final PacketView packet) {
        final int at = packet.transportOffset();
        final int size = 4 * (packet.byteAt(at + 12) >>> 4);
        if (size < TCP_HEADER) {
            return RuleState.HOTDROP;
        }
        if (size > TCP_HEADER && packet.transportBytes() < size) {
            return RuleState.HOTDROP;
        }
        int i = TCP_HEADER;
        while (i < size) {
            final int kind = packet.byteAt(at + i);
            if (kind == test.value()) {
                return MatchTest.result(!test.inverted());
            }
            i += optionStep(packet, at, i, size);
        }
        return MatchTest.result(test.inverted());
    }

    /** End and no-operation are one byte; a length of 0 is taken for 1; the last byte has no length behind it. */
    private static int optionStep(final PacketView packet, final int at, final int i, final int size) {
        if (packet.byteAt(at + i) < 2 || i + 1 >= size) {
            return 1;
        }
        return Math.max(1, packet.byteAt(at + i + 1));
    }

    static int ports(final Match.Ports match, final PacketView packet) {
        if (packet.fragmentOffset() != 0) {
            return RuleState.MISS;
        }
        final int header = switch (match.protocol()) {
            case UDP -> 8;
            case SCTP, DCCP -> 12;
        };
        if (packet.transportBytes() < header) {
            return RuleState.HOTDROP;
        }
        final int at = packet.transportOffset();
        return MatchTest.result(
                port(match.source(), packet.shortAt(at)) && port(match.destination(), packet.shortAt(at + 2)));
    }

    private static boolean port(final Optional<Invertible<PortRange>> test, final int port) {
        return test.isEmpty() || test.get().value().contains(port) ^ test.get().inverted();
    }

    static int multiport(final Match.Multiport match, final PacketView packet) {
        if (packet.fragmentOffset() != 0) {
            return RuleState.MISS;
        }
        if (packet.transportBytes() < PORTS) {
            return RuleState.HOTDROP;
        }
        final int source = packet.shortAt(packet.transportOffset());
        final int destination = packet.shortAt(packet.transportOffset() + 2);
        boolean found = false;
        for (final PortRange range : match.ports()) {
            found |= switch (match.side()) {
                case SOURCE -> range.contains(source);
                case DESTINATION -> range.contains(destination);
                case EITHER -> range.contains(source) || range.contains(destination);
            };
        }
        return MatchTest.result(found ^ match.inverted());
    }

    static int icmp(final Match.Icmp match, final PacketView packet) {
        if (packet.fragmentOffset() != 0) {
            return RuleState.MISS;
        }
        if (packet.transportBytes() < ICMP_HEADER) {
            return RuleState.HOTDROP;
        }
        final int type = packet.byteAt(packet.transportOffset());
        final int code = packet.byteAt(packet.transportOffset() + 1);
        final boolean anyType = match.family() == Family.IPV4 && match.type() == Match.Icmp.ANY_TYPE;
        final boolean equal = type == match.type() && match.codeLow() <= code && code <= match.codeHigh();
        return MatchTest.result((anyType || equal) ^ match.inverted());
    }

    /** It does not look at fragments: bytes of a later one are read as a header. */
    static int mss(final Match.TcpMss match, final PacketView packet) {
        final int at = packet.transportOffset();
        if (packet.transportBytes() < TCP_HEADER) {
            return RuleState.HOTDROP;
        }
        final int size = 4 * (packet.byteAt(at + 12) >>> 4);
        if (size < TCP_HEADER || packet.transportBytes() < size) {
            return RuleState.HOTDROP;
        }
        int i = TCP_HEADER;
        while (i < size) {
            if (packet.byteAt(at + i) == MSS_OPTION
                    && size - i >= MSS_OPTION_LENGTH
                    && packet.byteAt(at + i + 1) == MSS_OPTION_LENGTH) {
                final int mss = packet.shortAt(at + i + 2);
                return MatchTest.result((match.low() <= mss && mss <= match.high()) ^ match.inverted());
            }
            i += optionStep(packet, at, i, size);
        }
        return MatchTest.result(match.inverted());
    }
}
