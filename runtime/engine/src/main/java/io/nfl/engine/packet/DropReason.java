// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.packet;

import io.nfl.api.net.Family;

/**
 * Why a packet ended though no rule said so: before netfilter saw it, between hooks, or by what stands at a hook beside
 * the rules ({@code enum skb_drop_reason} in the large). Each with the kernel's function that does it.
 */
public enum DropReason {
    /** Shorter than its header, or than its header says. */
    TRUNCATED("packet too small", "ip_rcv_core", "ip6_rcv_core"),
    BAD_VERSION("not an IP packet of its family", "ip_rcv_core", "ip6_rcv_core"),
    BAD_HEADER_LENGTH("header length field out of range", "ip_rcv_core"),
    BAD_HEADER_CHECKSUM("bad IP header checksum", "ip_rcv_core"),
    BAD_TOTAL_LENGTH("total length under header length", "ip_rcv_core"),
    BAD_ADDRESS("address that may not be on the wire", "ip_route_input_slow", "ip6_rcv_core, ip6_forward"),
    BAD_OPTIONS("bad IP options or hop-by-hop header", "ip_rcv_options", "ipv6_parse_hopopts"),
    LINK_DOWN("the link is down", "netif_receive_skb", "netif_receive_skb"),
    NOT_FOR_HOST("frame for another host", "ip_forward", "ip6_forward"),
    ROUTING("routing refuses it", "ip_error", "ip6_pkt_discard"),
    FORWARDING_OFF("forwarding is off on the device it came by", "ip_error", "ip6_forward"),
    TTL_EXPIRED("TTL has run out", "ip_forward", "ip6_forward"),
    TOO_BIG("larger than the MTU and must not be cut", "ip_forward, ip_fragment", "ip6_forward, ip6_fragment"),
    REROUTE_FAILED("no route after a rule changed it", "ip_route_me_harder", "ip6_route_me_harder"),
    FRAGMENTS_WAIT("waits for its other fragments", "ip_defrag", "nf_ct_frag6_gather"),
    BAD_FRAGMENT("fragments overlap or do not fit together", "ip_frag_queue", "nf_ct_frag6_queue"),
    CONNTRACK_FULL("conntrack's table is full", "__nf_conntrack_alloc"),
    CONNTRACK_CLASH("another connection was entered with its addresses and ports", "__nf_conntrack_confirm"),
    /** A redirect says of addresses what translation would make untrue. */
    NAT_REDIRECT(
            "an ICMP redirect about a translated connection",
            "nf_nat_icmp_reply_translation",
            "nf_nat_icmpv6_reply_translation"),
    NAT_BAD_ERROR(
            "an ICMP error cut short or with a bad checksum, to be translated",
            "nf_nat_icmp_reply_translation",
            "nf_nat_icmpv6_reply_translation"),
    NAT_HEADER("its headers are too short to be translated", "nf_nat_manip_pkt"),
    NAT_NO_ADDRESS(
            "the device has no address to translate to",
            "nf_nat_masquerade_ipv4, nf_nat_redirect",
            "nf_nat_masquerade_ipv6, nf_nat_redirect"),
    NAT_DEVICE_CHANGED("its connection was masqueraded for another device, and ends", "nf_nat_oif_changed"),
    /** Of the rules, yet none that acted: the match that asked is in no trace of the kernel's either. */
    HOTDROP("a rule's match found its headers cut short or malformed", "xt_action_param.hotdrop"),
    BAD_SEGMENT("the segment whose MSS a rule would set is malformed", "tcpmss_mangle_packet");

    private final String text;
    private final String ipv4;
    private final String ipv6;

    DropReason(final String text, final String kernel) {
        this(text, kernel, kernel);
    }

    DropReason(final String text, final String ipv4, final String ipv6) {
        this.text = text;
        this.ipv4 = ipv4;
        this.ipv6 = ipv6;
    }

    /** For a person, lower case. */
    public String text() {
        return text;
    }

    /** The kernel's function, or functions. */
    public String kernel(final Family family) {
        return switch (family) {
            case IPV4 -> ipv4;
            case IPV6 -> ipv6;
        };
    }
}
