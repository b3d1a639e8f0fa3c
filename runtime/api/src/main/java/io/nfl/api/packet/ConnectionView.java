// SPDX-License-Identifier: Apache-2.0
package io.nfl.api.packet;

/**
 * A conntrack entry as matches see it. "Original" is the tuple before any translation, "reply" the one after, as
 * net/netfilter/xt_conntrack.c compares them. IPv4 addresses lie in the low 32 bits of the low half.
 */
public interface ConnectionView {
    /** {@code IPS_*} bits of include/uapi/linux/netfilter/nf_conntrack_common.h. */
    int STATUS_EXPECTED = 1;

    int STATUS_SEEN_REPLY = 1 << 1;
    int STATUS_ASSURED = 1 << 2;
    int STATUS_CONFIRMED = 1 << 3;
    int STATUS_SRC_NAT = 1 << 4;
    int STATUS_DST_NAT = 1 << 5;

    /** {@code IPS_*} bits. */
    int status();

    /** Layer 4 protocol number. */
    int protocol();

    long originalSourceHigh();

    long originalSourceLow();

    long originalDestinationHigh();

    long originalDestinationLow();

    long replySourceHigh();

    long replySourceLow();

    long replyDestinationHigh();

    long replyDestinationLow();

    /** The layer 4 part of the tuple, 16 bits: port, or ICMP id. */
    int originalSourcePort();

    /** The layer 4 part of the tuple, 16 bits: port, or ICMP {@code type << 8 | code}. */
    int originalDestinationPort();

    int replySourcePort();

    int replyDestinationPort();

    /** The connection's mark, 32 bits. */
    int mark();

    /** Seconds until the entry expires, as {@code --ctexpire} reads it; 0 where it is not confirmed. */
    long expiresSeconds();
}
