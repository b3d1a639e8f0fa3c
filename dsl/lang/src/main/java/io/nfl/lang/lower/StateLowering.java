// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang.lower;

import io.nfl.api.classify.StateSpec;
import io.nfl.api.classify.StateSpec.Key;
import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.diag.Code;
import io.nfl.ir.Match;
import io.nfl.lang.nfl.ConnectionsMatch;
import io.nfl.lang.nfl.EveryMatch;
import io.nfl.lang.nfl.LimitKey;
import io.nfl.lang.nfl.LimitMatch;
import io.nfl.lang.nfl.ProbabilityMatch;
import io.nfl.lang.nfl.SeenMatch;
import io.nfl.lang.nfl.UntilMatch;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32;

/** The matches that keep state: tested last in a rule, once for each packet. */
final class StateLowering {
    private static final int DEFAULT_BURST = 5;
    private static final int MAX_PER_SECOND = 10_000;
    private static final int MAX_BURST = 10_000;
    private static final int MAX_HASH_BURST = 1_000_000;
    /** What both matches' arithmetic holds whatever the kernel's HZ is: {@code CREDITS_PER_JIFFY}, xt_limit.c. */
    private static final int MAX_SECONDS_TO_FILL = 86_400;

    private static final BigDecimal RANDOM_SCALE = BigDecimal.valueOf(1L << 31);
    private static final Map<String, Integer> UNITS = Map.of("second", 1, "minute", 60, "hour", 3_600, "day", 86_400);
    private static final Map<String, Key> KEYS = Map.of(
            "source", Key.SOURCE,
            "destination", Key.DESTINATION,
            "source-port", Key.SOURCE_PORT,
            "destination-port", Key.DESTINATION_PORT);

    private final Findings findings;
    private final Numbers numbers;
    private int tables;

    StateLowering(final Findings findings, final Numbers numbers) {
        this.findings = findings;
        this.numbers = numbers;
    }

    static boolean isStateful(final io.nfl.lang.nfl.Match match) {
        return match instanceof LimitMatch
                || match instanceof ConnectionsMatch
                || match instanceof EveryMatch
                || match instanceof ProbabilityMatch
                || match instanceof UntilMatch
                || match instanceof SeenMatch;
    }

    /** The test of a stateful match; empty where it is not supported, which is told. */
    Optional<Test> lower(final io.nfl.lang.nfl.Match match, final Family family) {
        final Optional<StateSpec> spec;
        if (match instanceof LimitMatch limit) {
            spec = limit(limit, family);
        } else if (match instanceof ConnectionsMatch connections) {
            spec = connections(connections, family);
        } else if (match instanceof EveryMatch every) {
            final long n = numbers.number(every, every.getEvery(), "`every`", 1, 0xFFFF_FFFFL)
                    .orElse(1);
            final long offset = numbers.number(every, every.getOffset(), "`offset`", 0, n - 1)
                    .orElse(0);
            spec = Optional.of(new StateSpec.Nth(n, offset, every.isNegated()));
        } else if (match instanceof ProbabilityMatch probability) {
            spec = probability(probability);
        } else {
            findings.unsupported(match, "`" + Names.firstWord(match) + "` as a match");
            spec = Optional.empty();
        }
        return spec.map(each -> new Test.Extension(findings.span(match), new Match.Stateful(each), Optional.empty()));
    }

    private Optional<StateSpec> limit(final LimitMatch match, final Family family) {
        final Integer seconds = UNITS.get(match.getUnit());
        if (seconds == null) {
            findings.report(
                    Code.VALUE_RATE,
                    match,
                    "`" + match.getUnit() + "` is no unit of a rate",
                    "second, minute, hour, day");
            return Optional.empty();
        }
        final long count = numbers.number(match, match.getCount(), "a rate", 1, 0xFFFF_FFFFL)
                .orElse(1);
        if (count > (long) MAX_PER_SECOND * seconds) {
            findings.report(
                    Code.VALUE_RATE,
                    match,
                    "a limit is at most " + MAX_PER_SECOND + " a second",
                    "the kernel counts in units of 1/" + MAX_PER_SECOND + " of a packet");
            return Optional.empty();
        }
        final boolean keyed = !match.getKeys().isEmpty();
        final int burst = match.getBurst() == null
                ? DEFAULT_BURST
                : numbers.integer(match, match.getBurst(), "a burst", 1, keyed ? MAX_HASH_BURST : MAX_BURST);
        if ((long) burst * seconds > MAX_SECONDS_TO_FILL * count) {
            findings.report(
                    Code.VALUE_RATE,
                    match,
                    "a bucket of " + burst + " takes more than a day to fill at " + count + "/" + match.getUnit(),
                    "the kernel's counter has room for a day and refuses the rule; `burst` may be smaller");
            return Optional.empty();
        }
        if (!keyed && !isAbove(match)) {
            return Optional.of(new StateSpec.Limit(count, seconds, burst));
        }
        return Optional.of(hashLimit(match, family, count, seconds, burst));
    }

    /** What does not keep to a limit is above it. */
    private static boolean isAbove(final LimitMatch match) {
        return match.isAbove() != match.isNegated();
    }

    /** A key's bucket is kept until it is full: forgotten earlier, it would be full too early. */
    private StateSpec hashLimit(
            final LimitMatch match, final Family family, final long count, final int seconds, final int burst) {
        final Set<Key> keys = EnumSet.noneOf(Key.class);
        int sourcePrefix = family.bits();
        int destinationPrefix = family.bits();
        for (final LimitKey each : match.getKeys()) {
            final Key key = KEYS.get(each.getWhat());
            keys.add(key);
            if (key == Key.SOURCE) {
                sourcePrefix = prefix(each, family);
            } else if (key == Key.DESTINATION) {
                destinationPrefix = prefix(each, family);
            }
        }
        final String parameters = String.join(
                " ", count + "/" + seconds, burst + "", keys + "", sourcePrefix + "", destinationPrefix + "");
        return new StateSpec.HashLimit(
                tableName(parameters),
                keys,
                isAbove(match),
                count,
                seconds,
                burst,
                sourcePrefix,
                destinationPrefix,
                0,
                0,
                Duration.ofSeconds(Math.max(seconds, (burst * (long) seconds + count - 1) / count)),
                Duration.ofSeconds(1));
    }

    /**
     * The kernel keeps a table as it is while a rule of that name is there, and new rules are there before the old ones
     * go: with another rate it must have another name, or a policy that is loaded anew would go on with the old rate.
     */
    private String tableName(final String parameters) {
        final CRC32 crc = new CRC32();
        crc.update(parameters.getBytes(StandardCharsets.UTF_8));
        return String.format(Locale.ROOT, "nfl.%d.%08x", tables++, crc.getValue());
    }

    /** The prefix length for the family: the first written is IPv4's, the second IPv6's. */
    private int prefix(final LimitKey key, final Family family) {
        final String written = switch (family) {
            case IPV4 -> key.getPrefix();
            case IPV6 -> key.getPrefix6();
        };
        return written == null ? family.bits() : numbers.integer(key, written, "a prefix length", 0, family.bits());
    }

    private Optional<StateSpec> connections(final ConnectionsMatch match, final Family family) {
        final Key key = KEYS.get(match.getKey().getWhat());
        if (key != Key.SOURCE && key != Key.DESTINATION) {
            findings.report(Code.VALUE_WORD, match.getKey(), "connections are counted per source or destination");
            return Optional.empty();
        }
        final long count = numbers.number(match, match.getCount(), "a number of connections", 0, 0xFFFF_FFFFL)
                .orElse(0);
        return Optional.of(new StateSpec.ConnLimit(
                count,
                match.isAbove() == match.isNegated(),
                IpAddress.mask(family, prefix(match.getKey(), family)),
                key == Key.SOURCE));
    }

    private Optional<StateSpec> probability(final ProbabilityMatch match) {
        final BigDecimal value = new BigDecimal(match.getValue());
        if (value.signum() < 0 || value.compareTo(BigDecimal.ONE) > 0) {
            findings.report(Code.VALUE_NUMBER, match, "a probability is between 0 and 1");
            return Optional.empty();
        }
        final long threshold =
                value.multiply(RANDOM_SCALE).setScale(0, RoundingMode.HALF_UP).longValue();
        return Optional.of(new StateSpec.Random(threshold, match.isNegated()));
    }
}
