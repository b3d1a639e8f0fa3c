// SPDX-License-Identifier: Apache-2.0
package io.nfl.api.net;

/** Addresses as text: dotted quads, RFC 4291 in, RFC 5952 out. */
final class AddressText {
    private AddressText() {}

    static IpAddress parse(final String text) {
        return text.indexOf(':') < 0 ? IpAddress.v4(quad(text, text)) : parseV6(text);
    }

    private static int quad(final String text, final String whole) {
        final String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            throw new IllegalArgumentException("`" + whole + "` is not an address");
        }
        int bits = 0;
        for (final String part : parts) {
            bits = bits << 8 | digits(part, 10, 3, 255, whole);
        }
        return bits;
    }

    private static int digits(final String part, final int radix, final int most, final int max, final String whole) {
        if (part.isEmpty() || part.length() > most) {
            throw new IllegalArgumentException("`" + whole + "` is not an address");
        }
        int value = 0;
        for (int i = 0; i < part.length(); i++) {
            final int digit = part.charAt(i) < 128 ? Character.digit(part.charAt(i), radix) : -1;
            if (digit < 0) {
                throw new IllegalArgumentException("`" + whole + "` is not an address");
            }
            value = value * radix + digit;
        }
        if (value > max) {
            throw new IllegalArgumentException("`" + whole + "` is not an address: " + part + " is over " + max);
        }
        return value;
    }

    private static IpAddress parseV6(final String text) {
        String rest = text;
        final int dot = rest.indexOf('.');
        if (dot >= 0) {
            final int colon = rest.lastIndexOf(':');
            final int tail = quad(rest.substring(colon + 1), text);
            rest = rest.substring(0, colon + 1) + Integer.toHexString(tail >>> 16) + ":"
                    + Integer.toHexString(tail & 0xFFFF);
        }
        final int gap = rest.indexOf("::");
        if (gap >= 0 && rest.indexOf("::", gap + 1) >= 0) {
            throw new IllegalArgumentException("`" + text + "` is not an address: `::` stands twice");
        }
        final int[] groups = new int[8];
        if (gap < 0) {
            final int[] all = groups(rest, text);
            if (all.length != 8) {
                throw new IllegalArgumentException(
                        "`" + text + "` is not an address: it has " + all.length + " groups, eight are needed");
            }
            System.arraycopy(all, 0, groups, 0, 8);
        } else {
            final int[] head = groups(rest.substring(0, gap), text);
            final int[] tail = groups(rest.substring(gap + 2), text);
            if (head.length + tail.length > 7) {
                throw new IllegalArgumentException("`" + text + "` is not an address: it has too many groups");
            }
            System.arraycopy(head, 0, groups, 0, head.length);
            System.arraycopy(tail, 0, groups, 8 - tail.length, tail.length);
        }
        return IpAddress.v6(join(groups, 0), join(groups, 4));
    }

    private static int[] groups(final String text, final String whole) {
        if (text.isEmpty()) {
            return new int[0];
        }
        final String[] parts = text.split(":", -1);
        final int[] groups = new int[parts.length];
        for (int i = 0; i < parts.length; i++) {
            groups[i] = digits(parts[i], 16, 4, 0xFFFF, whole);
        }
        return groups;
    }

    private static long join(final int[] groups, final int from) {
        long value = 0;
        for (int i = from; i < from + 4; i++) {
            value = value << 16 | groups[i];
        }
        return value;
    }

    static String format(final IpAddress address) {
        if (address.family() == Family.IPV4) {
            final int b = address.bits32();
            return (b >>> 24) + "." + (b >>> 16 & 0xFF) + "." + (b >>> 8 & 0xFF) + "." + (b & 0xFF);
        }
        if (address.high() == 0 && address.low() >>> 32 == 0xFFFF) {
            return "::ffff:" + format(IpAddress.v4((int) address.low()));
        }
        final int[] groups = new int[8];
        for (int i = 0; i < 8; i++) {
            final long half = i < 4 ? address.high() : address.low();
            groups[i] = (int) (half >>> 48 - 16 * (i & 3)) & 0xFFFF;
        }
        return text(groups);
    }

    private static String text(final int[] groups) {
        int gap = -1;
        int gapLength = 1;
        for (int i = 0; i < 8; i++) {
            int length = 0;
            while (i + length < 8 && groups[i + length] == 0) {
                length++;
            }
            if (length > gapLength) {
                gap = i;
                gapLength = length;
            }
        }
        final StringBuilder text = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            if (i == gap) {
                text.append("::");
                i += gapLength - 1;
                continue;
            }
            if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
                text.append(':');
            }
            text.append(Integer.toHexString(groups[i]));
        }
        return text.toString();
    }
}
