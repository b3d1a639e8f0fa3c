// SPDX-License-Identifier: Apache-2.0
package io.nfl.eval;

import io.nfl.api.classify.RuleState;
import io.nfl.api.net.AddressMask;
import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.api.packet.PacketView;
import io.nfl.ir.DevicePattern;
import io.nfl.ir.Invertible;
import io.nfl.ir.IpHeaderMatch;
import io.nfl.ir.RuleOrigin.HeaderPart;
import java.util.Optional;

/** {@code ip_packet_match} and {@code ip6_packet_match}. */
final class HeaderTest {
    private HeaderTest() {}

    static int test(final IpHeaderMatch header, final PacketView packet) {
        if (!address(header.source(), source(packet))
                || !address(header.destination(), destination(packet))
                || !device(header.in(), packet.in())
                || !device(header.out(), packet.out())) {
            return RuleState.MISS;
        }
        if (header.protocol().isPresent()) {
            final int result = protocol(header.protocol().get(), packet);
            if (result != RuleState.HIT) {
                return result;
            }
        }
        if (header.fragment().isPresent() && packet.family() == Family.IPV4) {
            final boolean laterFragment = packet.fragmentOffset() != 0;
            return laterFragment ^ header.fragment().get().inverted() ? RuleState.HIT : RuleState.MISS;
        }
        return RuleState.HIT;
    }

    /** The part that is the first to fail; a header that holds has none. */
    static Optional<HeaderPart> failing(final IpHeaderMatch header, final PacketView packet) {
        if (!address(header.source(), source(packet))) {
            return Optional.of(HeaderPart.SOURCE);
        }
        if (!address(header.destination(), destination(packet))) {
            return Optional.of(HeaderPart.DESTINATION);
        }
        if (!device(header.in(), packet.in())) {
            return Optional.of(HeaderPart.IN);
        }
        if (!device(header.out(), packet.out())) {
            return Optional.of(HeaderPart.OUT);
        }
        if (header.protocol().isPresent() && protocol(header.protocol().get(), packet) != RuleState.HIT) {
            return Optional.of(HeaderPart.PROTOCOL);
        }
        return test(header, packet) == RuleState.HIT ? Optional.empty() : Optional.of(HeaderPart.FRAGMENT);
    }

    static IpAddress source(final PacketView packet) {
        return packet.family() == Family.IPV4
                ? IpAddress.v4(packet.ipv4Source())
                : IpAddress.v6(packet.ipv6SourceHigh(), packet.ipv6SourceLow());
    }

    static IpAddress destination(final PacketView packet) {
        return packet.family() == Family.IPV4
                ? IpAddress.v4(packet.ipv4Destination())
                : IpAddress.v6(packet.ipv6DestinationHigh(), packet.ipv6DestinationLow());
    }

    private static boolean address(final Optional<Invertible<AddressMask>> test, final IpAddress address) {
        return test.isEmpty()
                || test.get().value().contains(address) ^ test.get().inverted();
    }

    /** A hook without the device compares with the empty string: {@code ! -i eth0} holds at OUTPUT. */
    private static boolean device(final Optional<Invertible<DevicePattern>> test, final String device) {
        return test.isEmpty() || test.get().value().matches(device) ^ test.get().inverted();
    }

    /**
     * IPv6 walks the extension headers for it. A walk that fails is {@code hotdrop}, inverted or not
     * ({@code ip6_packet_match}: {@code ipv6_find_hdr} leaves {@code frag_off} 0 on all its errors). Protocol 0 of an
     * IPv6 rule, {@code -p all}, walks and takes what it finds.
     */
    private static int protocol(final Invertible<Integer> test, final PacketView packet) {
        if (packet.transportProtocol() == PacketView.NO_PROTOCOL) {
            return RuleState.HOTDROP;
        }
        final boolean all = test.value() == 0 && packet.family() == Family.IPV6;
        return all || test.value() == packet.transportProtocol() ^ test.inverted() ? RuleState.HIT : RuleState.MISS;
    }
}
