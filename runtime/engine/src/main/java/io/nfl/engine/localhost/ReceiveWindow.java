// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.localhost;

import io.nfl.api.net.Family;
import io.nfl.api.net.TcpFlags;
import io.nfl.api.packet.Ipv4Header;
import io.nfl.api.packet.Ipv6Header;
import io.nfl.api.packet.TcpHeader;
import io.nfl.engine.packet.Packet;

/** How much a stream of the host takes at once: what it says in its segments ({@code tcp_select_initial_window}). */
final class ReceiveWindow {
    /** What a receive buffer of up to 32 MB, the usual {@code tcp_rmem}, asks for. */
    static final int SCALE = 10;

    /** Half of the usual {@code tcp_rmem}: the rest is for what the kernel keeps beside the bytes. */
    private static final int SPACE = 65_536;

    private static final int MAX_FIELD = 65_535;
    /** {@code ip_rt_min_advmss}. */
    private static final int MIN_IPV4_SIZE = 256;

    private static final int MAX_IPV4_SIZE = MAX_FIELD - Ipv4Header.MIN_LENGTH - TcpHeader.MIN_LENGTH;
    private static final int IPV6_HEADERS = Ipv6Header.LENGTH + TcpHeader.MIN_LENGTH;

    private ReceiveWindow() {}

    /** The segment size that a SYN tells: {@code ipv4_default_advmss}, {@code ip6_default_advmss}. */
    static int segmentSize(final Family family, final int mtu) {
        return switch (family) {
            case IPV4 ->
                Math.min(Math.max(mtu - Ipv4Header.MIN_LENGTH - TcpHeader.MIN_LENGTH, MIN_IPV4_SIZE), MAX_IPV4_SIZE);
            case IPV6 -> Math.max(mtu, Ipv6Header.MIN_MTU) - IPV6_HEADERS;
        };
    }

    /** The most of the space that is a multiple of the bytes that a segment carries. */
    static int initial(final int segmentBytes) {
        return SPACE - SPACE % segmentBytes;
    }

    /** How much of the sequence space a segment takes. */
    static int sequenceLength(final Packet segment) {
        final int flags = TcpHeader.flags(segment);
        return ((flags & TcpFlags.SYN) == 0 ? 0 : 1)
                + ((flags & TcpFlags.FIN) == 0 ? 0 : 1)
                + segment.transportBytes()
                - TcpHeader.length(segment);
    }

    /** {@code tcp_in_window}: whether a segment lies in the window from {@code first} on, be it in part. */
    static boolean covers(final int first, final int window, final int sequence, final int length) {
        final int from = sequence - first;
        return from == 0 || from + length > 0 && from - window < 0 || from == window && length == 0;
    }

    /** The field of a SYN, which is never scaled. */
    static int inSyn(final int window) {
        return Math.min(window, MAX_FIELD);
    }

    /** The field of an ACK that a stream sends which is not made yet. */
    static int requested(final int window, final boolean scaled) {
        return scaled ? window >> SCALE : Math.min(window, MAX_FIELD);
    }

    /** The field of later segments. */
    static int field(final int window, final boolean scaled) {
        return scaled ? window + (1 << SCALE) - 1 >> SCALE : Math.min(window, MAX_FIELD);
    }
}
