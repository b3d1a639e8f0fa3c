// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.packet;

/** Why a packet ended before netfilter saw it, or between hooks ({@code enum skb_drop_reason} in the large). */
public enum DropReason {
    /** Shorter than its header, or than its header says. */
    TRUNCATED("packet too small"),
    BAD_VERSION("not an IP packet of its family"),
    BAD_HEADER_LENGTH("header length field out of range"),
    BAD_HEADER_CHECKSUM("bad IP header checksum"),
    BAD_TOTAL_LENGTH("total length under header length"),
    BAD_ADDRESS("address that may not be on the wire"),
    BAD_OPTIONS("bad IP options or hop-by-hop header"),
    LINK_DOWN("the link is down"),
    NOT_FOR_HOST("frame for another host"),
    SOURCE_ROUTED("source routing is off"),
    ROUTING("routing refuses it"),
    FORWARDING_OFF("forwarding is off on the device"),
    TTL_EXPIRED("TTL has run out"),
    TOO_BIG("larger than the MTU and must not be cut"),
    REROUTE_FAILED("no route after a rule changed it"),
    FRAGMENTS_WAIT("waits for its other fragments"),
    BAD_FRAGMENT("fragments overlap or do not fit together"),
    NO_SOCKET("no socket");

    private final String text;

    DropReason(final String text) {
        this.text = text;
    }

    /** For a person, lower case. */
    public String text() {
        return text;
    }
}
