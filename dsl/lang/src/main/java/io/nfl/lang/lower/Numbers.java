// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang.lower;

import io.nfl.api.net.PortRange;
import io.nfl.diag.Code;
import io.nfl.diag.Span;
import io.nfl.ir.PortNames;
import io.nfl.lang.nfl.NumberRange;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.eclipse.emf.ecore.EObject;
import org.jspecify.annotations.Nullable;

/** Numbers, ports and durations as text, made values; what is out of range is told with the range. */
final class Numbers {
    private static final BigInteger MAX_LONG = BigInteger.valueOf(Long.MAX_VALUE);

    private final Findings findings;

    Numbers(final Findings findings) {
        this.findings = findings;
    }

    /** Decimal or 0x hexadecimal within bounds; empty, and told, where it is not. */
    OptionalLong number(
            final EObject at, final @Nullable String text, final String what, final long low, final long high) {
        return number(findings.span(at), text, what, low, high);
    }

    OptionalLong number(
            final Span at, final @Nullable String text, final String what, final long low, final long high) {
        if (text == null) {
            return OptionalLong.empty();
        }
        final boolean hex = text.toLowerCase(Locale.ROOT).startsWith("0x");
        final BigInteger value;
        try {
            value = hex ? new BigInteger(text.substring(2), 16) : new BigInteger(text);
        } catch (final NumberFormatException e) {
            findings.report(Code.VALUE_NUMBER, at, "`" + text + "` is no number");
            return OptionalLong.empty();
        }
        if (value.compareTo(MAX_LONG) > 0 || value.longValue() < low || value.longValue() > high) {
            findings.report(
                    Code.VALUE_NUMBER, at, what + " is between " + low + " and " + high + ", not `" + text + "`");
            return OptionalLong.empty();
        }
        return OptionalLong.of(value.longValue());
    }

    int integer(final EObject at, final @Nullable String text, final String what, final int low, final int high) {
        return (int) number(at, text, what, low, high).orElse(low);
    }

    /** 32 bits. */
    int bits(final EObject at, final @Nullable String text) {
        return (int) number(at, text, "a 32-bit value", 0, 0xFFFF_FFFFL).orElse(0);
    }

    Optional<PortRange> ports(final io.nfl.lang.nfl.PortRange range, final String protocol) {
        final OptionalInt low = port(range, range.getLow(), protocol);
        final OptionalInt high = range.getHigh() == null ? low : port(range, range.getHigh(), protocol);
        if (low.isEmpty() || high.isEmpty()) {
            return Optional.empty();
        }
        if (low.getAsInt() > high.getAsInt()) {
            findings.report(
                    Code.VALUE_RANGE,
                    range,
                    "the range " + low.getAsInt() + "-" + high.getAsInt() + " is empty",
                    "the lower port stands first");
            return Optional.empty();
        }
        return Optional.of(new PortRange(low.getAsInt(), high.getAsInt()));
    }

    OptionalInt port(final EObject at, final @Nullable String text, final String protocol) {
        if (text == null || text.isEmpty()) {
            return OptionalInt.empty();
        }
        if (!Character.isDigit(text.charAt(0))) {
            final OptionalInt named = PortNames.port(protocol, unquoted(text));
            if (named.isEmpty()) {
                findings.report(
                        Code.VALUE_PORT,
                        at,
                        "no port is called `" + unquoted(text) + "` for " + protocol,
                        "names are those of Debian's services file");
            }
            return named;
        }
        if (text.length() > 9 || Integer.parseInt(text) > 0xFFFF) {
            findings.report(Code.VALUE_PORT, at, "port " + text + " is greater than 65535");
            return OptionalInt.empty();
        }
        return OptionalInt.of(Integer.parseInt(text));
    }

    private static String unquoted(final String text) {
        return text.startsWith("\"") && text.length() > 1 ? text.substring(1, text.length() - 1) : text;
    }

    /** An inclusive range of numbers. */
    record Range(long low, long high) {}

    Optional<Range> range(final NumberRange range, final String what, final long low, final long high) {
        final OptionalLong from = number(range, range.getLow(), what, low, high);
        final OptionalLong to = range.getHigh() == null ? from : number(range, range.getHigh(), what, low, high);
        if (from.isEmpty() || to.isEmpty()) {
            return Optional.empty();
        }
        if (from.getAsLong() > to.getAsLong()) {
            findings.report(
                    Code.VALUE_RANGE, range, "the range " + from.getAsLong() + "-" + to.getAsLong() + " is empty");
            return Optional.empty();
        }
        return Optional.of(new Range(from.getAsLong(), to.getAsLong()));
    }

    /** {@code 90s}, {@code 5m30s}, {@code 2h}; the scanner has seen to its form. */
    Duration duration(final EObject at, final @Nullable String text) {
        Duration total = Duration.ZERO;
        if (text == null) {
            return total;
        }
        int i = 0;
        try {
            while (i < text.length()) {
                int unit = i;
                while (Character.isDigit(text.charAt(unit))) {
                    unit++;
                }
                final long count = Long.parseLong(text.substring(i, unit));
                final boolean milli = text.startsWith("ms", unit);
                total = total.plus(milli ? Duration.ofMillis(count) : seconds(count, text.charAt(unit)));
                i = unit + (milli ? 2 : 1);
            }
        } catch (final ArithmeticException | NumberFormatException e) {
            findings.report(Code.VALUE_NUMBER, at, "the duration `" + text + "` is too long");
        }
        return total;
    }

    private static Duration seconds(final long count, final char unit) {
        return switch (unit) {
            case 's' -> Duration.ofSeconds(count);
            case 'm' -> Duration.ofMinutes(count);
            case 'h' -> Duration.ofHours(count);
            case 'd' -> Duration.ofDays(count);
            default -> Duration.ofDays(Math.multiplyExact(7, count));
        };
    }
}
