// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.conntrack;

import io.nfl.api.net.IpProtocol;
import java.util.Arrays;

/** Requests and their replies ({@code invmap} of nf_conntrack_proto_icmp.c and nf_conntrack_proto_icmpv6.c). */
final class IcmpPairs {
    static final int NONE = -1;

    private static final int[][] V4 = {{8, 0}, {13, 14}, {15, 16}, {17, 18}};
    private static final int[][] V6 = {{128, 129}, {139, 140}};
    private static final int[] REPLY_V4 = replies(V4);
    private static final int[] REPLY_V6 = replies(V6);

    private IcmpPairs() {}

    private static int[] replies(final int[][] pairs) {
        final int[] replies = new int[256];
        Arrays.fill(replies, NONE);
        for (final int[] pair : pairs) {
            replies[pair[0]] = pair[1];
            replies[pair[1]] = pair[0];
        }
        return replies;
    }

    /** The type that answers {@code type}, or that it answers; {@link #NONE} where there is none. */
    static int reply(final int protocol, final int type) {
        return protocol == IpProtocol.ICMP.number() ? REPLY_V4[type] : REPLY_V6[type];
    }

    /** Whether a message of this type may begin a connection ({@code valid_new}). */
    static boolean isRequest(final int protocol, final int type) {
        for (final int[] pair : protocol == IpProtocol.ICMP.number() ? V4 : V6) {
            if (pair[0] == type) {
                return true;
            }
        }
        return false;
    }
}
