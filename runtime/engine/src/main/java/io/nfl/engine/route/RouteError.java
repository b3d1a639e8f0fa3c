// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.route;

/** Why there is no route, by the numbers of {@code errno} that the kernel passes on. */
public enum RouteError {
    NONE(0, -1, -1),
    /** Only inside a search: this table says nothing, the next rule is asked. */
    AGAIN(11, -1, -1),
    PROHIBITED(13, 13, 1),
    CROSS_DEVICE(18, -1, -1),
    NO_DEVICE(19, -1, -1),
    INVALID(22, -1, -1),
    NO_ADDRESS(99, -1, -1),
    NETWORK_UNREACHABLE(101, 0, 0),
    HOST_UNREACHABLE(113, 1, 0);

    private final int errno;
    private final int icmpCode;
    private final int icmpv6Code;

    RouteError(final int errno, final int icmpCode, final int icmpv6Code) {
        this.errno = errno;
        this.icmpCode = icmpCode;
        this.icmpv6Code = icmpv6Code;
    }

    /** What a local sender is told. */
    public int errno() {
        return errno;
    }

    /**
     * Code of the ICMP destination unreachable (type 3) for a packet that came in ({@code ip_error}); -1: silence.
     */
    public int icmpCode() {
        return icmpCode;
    }

    /** Code of the ICMPv6 destination unreachable (type 1; {@code ip6_pkt_drop}); -1: silence. */
    public int icmpv6Code() {
        return icmpv6Code;
    }
}
