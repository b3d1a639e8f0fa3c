// SPDX-License-Identifier: Apache-2.0
package io.nfl.api.net;

import java.util.Locale;
import java.util.Optional;

/** Protocol numbers (IANA) by the names that iptables prints and takes without {@code /etc/protocols}. */
public enum IpProtocol {
    ICMP(1),
    IGMP(2),
    IPIP(4),
    TCP(6),
    UDP(17),
    DCCP(33),
    IPV6(41),
    IPV6_ROUTE(43),
    IPV6_FRAG(44),
    GRE(47),
    ESP(50),
    AH(51),
    IPV6_ICMP(58),
    IPV6_NONXT(59),
    IPV6_OPTS(60),
    OSPF(89),
    PIM(103),
    VRRP(112),
    SCTP(132),
    MH(135),
    UDPLITE(136);

    private final int number;

    IpProtocol(final int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    /** The name in rules, lower case. */
    public String label() {
        return switch (this) {
            case IPIP -> "ipencap";
            case MH -> "ipv6-mh";
            default -> name().toLowerCase(Locale.ROOT).replace('_', '-');
        };
    }

    public static Optional<IpProtocol> of(final int number) {
        for (final IpProtocol p : values()) {
            if (p.number == number) {
                return Optional.of(p);
            }
        }
        return Optional.empty();
    }
}
