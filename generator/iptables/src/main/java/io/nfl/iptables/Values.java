// SPDX-License-Identifier: Apache-2.0
package io.nfl.iptables;

import io.nfl.api.net.AddressMask;
import io.nfl.api.net.AddressRange;
import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.api.net.IpProtocol;
import io.nfl.api.net.PortRange;
import io.nfl.api.net.Prefix;
import io.nfl.ir.PortNames;
import java.util.Locale;
import java.util.OptionalInt;

/** Values as iptables and ip take them. */
final class Values {
    private static final long MAX_32 = 0xFFFF_FFFFL;

    /** A value and a mask of 32 bits. */
    record Masked(int value, int mask) {}

    private Values() {}

    /** Decimal, 0x hexadecimal, or 0 octal, as {@code xtables_strtoul}. */
    static long number(final String text, final long low, final long high) throws Refusal {
        final long value;
        try {
            if (text.toLowerCase(Locale.ROOT).startsWith("0x")) {
                value = Long.parseUnsignedLong(text.substring(2), 16);
            } else if (text.length() > 1 && text.startsWith("0")) {
                value = Long.parseUnsignedLong(text, 8);
            } else {
                value = Long.parseUnsignedLong(text);
            }
        } catch (final NumberFormatException e) {
            throw Refusal.syntax("`" + text + "` is not a number");
        }
        if (Long.compareUnsigned(value, low) < 0 || Long.compareUnsigned(value, high) > 0) {
            throw Refusal.syntax("`" + text + "` is not between " + low + " and " + Long.toUnsignedString(high));
        }
        return value;
    }

    static int integer(final String text, final int low, final int high) throws Refusal {
        return (int) number(text, low, high);
    }

    /** {@code value[/mask]}, 32 bits. */
    static Masked masked(final String text) throws Refusal {
        final int slash = text.indexOf('/');
        if (slash < 0) {
            return new Masked((int) number(text, 0, MAX_32), -1);
        }
        return new Masked(
                (int) number(text.substring(0, slash), 0, MAX_32), (int) number(text.substring(slash + 1), 0, MAX_32));
    }

    static IpAddress address(final Family family, final String text) throws Refusal {
        final IpAddress address;
        try {
            address = IpAddress.parse(text);
        } catch (final IllegalArgumentException e) {
            throw Refusal.syntax(String.valueOf(e.getMessage()));
        }
        if (address.family() != family) {
            throw Refusal.syntax("`" + text + "` is of the other family");
        }
        return address;
    }

    /** {@code a}, {@code a/len} or {@code a/mask}. */
    static AddressMask addressMask(final Family family, final String text) throws Refusal {
        final int slash = text.indexOf('/');
        if (slash < 0) {
            return AddressMask.of(Prefix.host(address(family, text)));
        }
        final String mask = text.substring(slash + 1);
        final boolean isLength = mask.chars().allMatch(Character::isDigit);
        return new AddressMask(
                address(family, text.substring(0, slash)),
                isLength ? IpAddress.mask(family, integer(decimal(mask), 0, family.bits())) : address(family, mask));
    }

    private static String decimal(final String digits) {
        final String stripped = digits.replaceFirst("^0+(?=.)", "");
        return stripped.isEmpty() ? "0" : stripped;
    }

    static Prefix prefix(final Family family, final String text) throws Refusal {
        final AddressMask mask = addressMask(family, text);
        final int length = mask.mask().prefixLength();
        if (length < 0) {
            throw Refusal.syntax("the mask of `" + text + "` is no prefix");
        }
        return new Prefix(mask.value(), length);
    }

    /** {@code a} or {@code a-b}. */
    static AddressRange addressRange(final Family family, final String text) throws Refusal {
        final int dash = text.indexOf('-');
        final IpAddress low = address(family, dash < 0 ? text : text.substring(0, dash));
        final IpAddress high = dash < 0 ? low : address(family, text.substring(dash + 1));
        if (low.compareTo(high) > 0) {
            throw Refusal.syntax("the range `" + text + "` runs downwards");
        }
        return new AddressRange(low, high);
    }

    /** Both ends belong to it. */
    record Span(long low, long high) {}

    /** {@code n}, {@code n:m}, {@code :m}, {@code n:}: an end that is not written is open ({@code XTTYPE_UINT32RC}). */
    static Span span(final String text, final long most) throws Refusal {
        final int colon = text.indexOf(':');
        if (colon < 0) {
            final long value = number(text, 0, most);
            return new Span(value, value);
        }
        final String low = text.substring(0, colon);
        final String high = text.substring(colon + 1);
        return new Span(low.isEmpty() ? 0 : number(low, 0, most), high.isEmpty() ? most : number(high, 0, most));
    }

    /** {@code p}, {@code p:q}, {@code :q}, {@code p:}, numbers or names. */
    static PortRange ports(final String protocol, final String text, final char separator) throws Refusal {
        final int colon = text.indexOf(separator);
        if (colon < 0) {
            return PortRange.of(port(protocol, text));
        }
        final String low = text.substring(0, colon);
        final String high = text.substring(colon + 1);
        final int from = low.isEmpty() ? 0 : port(protocol, low);
        final int to = high.isEmpty() ? 0xFFFF : port(protocol, high);
        if (from > to) {
            throw Refusal.syntax("the port range `" + text + "` runs downwards");
        }
        return new PortRange(from, to);
    }

    static int port(final String protocol, final String text) throws Refusal {
        if (!text.isEmpty() && Character.isDigit(text.charAt(0)) && text.chars().allMatch(Character::isDigit)) {
            return integer(decimal(text), 0, 0xFFFF);
        }
        final OptionalInt port = PortNames.port(protocol, text);
        if (port.isEmpty()) {
            throw Refusal.syntax("no port is called `" + text + "` for " + protocol);
        }
        return port.getAsInt();
    }

    /** A name or a number; {@code all} is 0. */
    static int protocol(final String text) throws Refusal {
        final String name = text.toLowerCase(Locale.ROOT);
        switch (name) {
            case "all":
                return 0;
            case "icmpv6":
                return IpProtocol.IPV6_ICMP.number();
            case "ipip", "ip4", "ipencap":
                return IpProtocol.IPIP.number();
            default:
                break;
        }
        for (final IpProtocol protocol : IpProtocol.values()) {
            if (protocol.label().equals(name)) {
                return protocol.number();
            }
        }
        if (name.isEmpty() || !Character.isDigit(name.charAt(0))) {
            throw Refusal.syntax("no protocol is called `" + text + "`");
        }
        return integer(name, 0, 255);
    }
}
