// SPDX-License-Identifier: Apache-2.0
package io.nfl.iptables;

import io.nfl.api.classify.StateSpec;
import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.ir.Match;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Readers of the matches that keep state: limit, statistic, quota, connlimit, hashlimit, recent. */
final class StateReaders {
    private StateReaders() {}

    /** Packets in a period. */
    record Rate(long count, int periodSeconds) {
        private static final int MAX_PER_SECOND = 10_000;

        /** {@code 5/second} and its abbreviations; without a unit: a second. */
        static Rate parse(final String text, final int maxPerSecond) throws Refusal {
            final int slash = text.indexOf('/');
            final String unit = slash < 0 ? "second" : text.substring(slash + 1).toLowerCase(Locale.ROOT);
            final int seconds;
            if (!unit.isEmpty() && "second".startsWith(unit)) {
                seconds = 1;
            } else if (!unit.isEmpty() && "minute".startsWith(unit)) {
                seconds = 60;
            } else if (!unit.isEmpty() && "hour".startsWith(unit)) {
                seconds = 3_600;
            } else if (!unit.isEmpty() && "day".startsWith(unit)) {
                seconds = 86_400;
            } else {
                throw Refusal.syntax("`" + text + "` is no rate: second, minute, hour or day follows the slash");
            }
            final long count = Values.number(slash < 0 ? text : text.substring(0, slash), 1, 0xFFFF_FFFFL);
            if (count > (long) maxPerSecond * seconds) {
                throw Refusal.syntax("`" + text + "` is faster than " + maxPerSecond + " a second");
            }
            return new Rate(count, seconds);
        }
    }

    /** libxt_limit; 3/hour burst 5 where nothing is given. */
    static final class Limit implements MatchReader {
        private Rate rate = new Rate(3, 3_600);
        private int burst = 5;

        @Override
        public boolean option(final String name, final boolean inverted, final Words words) throws Refusal {
            switch (name) {
                case "--limit" -> rate = Rate.parse(words.value(name), Rate.MAX_PER_SECOND);
                case "--limit-burst" -> burst = Values.integer(words.value(name), 1, 10_000);
                default -> {
                    return false;
                }
            }
            refuseInverted(name, inverted);
            return true;
        }

        @Override
        public Optional<Match> finish() {
            return stateful(new StateSpec.Limit(rate.count(), rate.periodSeconds(), burst));
        }
    }

    /** libxt_statistic. */
    static final class Statistic implements MatchReader {
        private static final double RANDOM_SCALE = 0x8000_0000L;

        private Optional<Boolean> nth = Optional.empty();
        private long every;
        private long packet;
        private double probability = -1;
        private boolean inverse;

        @Override
        public boolean option(final String name, final boolean inverted, final Words words) throws Refusal {
            switch (name) {
                case "--mode" -> nth = Optional.of(mode(words.value(name)));
                case "--every" -> {
                    every = Values.number(words.value(name), 1, 0xFFFF_FFFFL);
                    inverse = inverted;
                }
                case "--packet" -> packet = Values.number(words.value(name), 0, 0xFFFF_FFFFL);
                case "--probability" -> {
                    probability = fraction(words.value(name));
                    inverse = inverted;
                }
                default -> {
                    return false;
                }
            }
            return true;
        }

        private static boolean mode(final String mode) throws Refusal {
            if (!mode.equals("nth") && !mode.equals("random")) {
                throw Refusal.syntax("`" + mode + "` is no mode of statistic");
            }
            return mode.equals("nth");
        }

        private static double fraction(final String text) throws Refusal {
            try {
                final double value = Double.parseDouble(text);
                if (value >= 0 && value <= 1) {
                    return value;
                }
            } catch (final NumberFormatException e) {
                // Falls through to the one message for both faults.
            }
            throw Refusal.syntax("`" + text + "` is no probability between 0 and 1");
        }

        @Override
        public Optional<Match> finish() throws Refusal {
            if (nth.isEmpty() || nth.get() && every == 0 || !nth.get() && probability < 0) {
                throw Refusal.syntax("statistic needs `--mode nth --every N` or `--mode random --probability P`");
            }
            if (nth.get() && packet >= every) {
                throw Refusal.syntax("`--packet " + packet + "` is not below `--every " + every + "`");
            }
            return stateful(
                    nth.get()
                            ? new StateSpec.Nth(every, packet, inverse)
                            : new StateSpec.Random(Math.round(probability * RANDOM_SCALE), inverse));
        }
    }

    /** libxt_quota. */
    static final class Quota implements MatchReader {
        private long bytes;
        private boolean inverse;

        @Override
        public boolean option(final String name, final boolean inverted, final Words words) throws Refusal {
            if (!name.equals("--quota")) {
                return false;
            }
            bytes = Values.number(words.value(name), 0, -1L);
            inverse = inverted;
            return true;
        }

        @Override
        public Optional<Match> finish() {
            return stateful(new StateSpec.Quota(bytes, inverse));
        }
    }

    /** libxt_connlimit; the whole source address where nothing else is given. */
    static final class ConnLimit implements MatchReader {
        private final Family family;
        private long limit = -1;
        private boolean upTo;
        private IpAddress mask;
        private boolean bySource = true;

        ConnLimit(final Family family) {
            this.family = family;
            this.mask = IpAddress.mask(family, family.bits());
        }

        @Override
        public boolean option(final String name, final boolean inverted, final Words words) throws Refusal {
            switch (name) {
                case "--connlimit-above" -> {
                    limit = Values.number(words.value(name), 0, 0xFFFF_FFFFL);
                    upTo = inverted;
                }
                case "--connlimit-upto" -> {
                    limit = Values.number(words.value(name), 0, 0xFFFF_FFFFL);
                    upTo = !inverted;
                }
                case "--connlimit-mask" ->
                    mask = IpAddress.mask(family, Values.integer(words.value(name), 0, family.bits()));
                case "--connlimit-saddr" -> bySource = true;
                case "--connlimit-daddr" -> bySource = false;
                default -> {
                    return false;
                }
            }
            return true;
        }

        @Override
        public Optional<Match> finish() throws Refusal {
            if (limit < 0) {
                throw Refusal.syntax("connlimit needs `--connlimit-above` or `--connlimit-upto`");
            }
            return stateful(new StateSpec.ConnLimit(limit, upTo, mask, bySource));
        }
    }

    /** libxt_hashlimit, packets by rate. */
    static final class HashLimit implements MatchReader {
        private static final int MAX_PER_SECOND = 1_000_000;

        private final Family family;
        private Optional<Rate> rate = Optional.empty();
        private boolean above;
        private int burst = 5;
        private String name = "";
        private final Set<StateSpec.Key> keys = EnumSet.noneOf(StateSpec.Key.class);
        private int sourcePrefix;
        private int destinationPrefix;
        private int size;
        private int max;
        private OptionalLong expireMillis = OptionalLong.empty();
        private long collectMillis = 1_000;

        HashLimit(final Family family) {
            this.family = family;
            this.sourcePrefix = family.bits();
            this.destinationPrefix = family.bits();
        }

        @Override
        public boolean option(final String option, final boolean inverted, final Words words) throws Refusal {
            switch (option) {
                case "--hashlimit-upto", "--hashlimit" -> rate(words.value(option), inverted);
                case "--hashlimit-above" -> rate(words.value(option), !inverted);
                case "--hashlimit-burst" -> burst = Values.integer(words.value(option), 1, 1_000_000);
                case "--hashlimit-mode" -> keys(words.value(option));
                case "--hashlimit-name" -> name = words.value(option);
                case "--hashlimit-srcmask" -> sourcePrefix = Values.integer(words.value(option), 0, family.bits());
                case "--hashlimit-dstmask" -> destinationPrefix = Values.integer(words.value(option), 0, family.bits());
                case "--hashlimit-htable-size" -> size = Values.integer(words.value(option), 1, Integer.MAX_VALUE);
                case "--hashlimit-htable-max" -> max = Values.integer(words.value(option), 1, Integer.MAX_VALUE);
                case "--hashlimit-htable-expire" ->
                    expireMillis = OptionalLong.of(Values.number(words.value(option), 1, 0xFFFF_FFFFL));
                case "--hashlimit-htable-gcinterval" ->
                    collectMillis = Values.number(words.value(option), 1, 0xFFFF_FFFFL);
                case "--hashlimit-rate-match", "--hashlimit-rate-interval" ->
                    throw Refusal.unsupported("hashlimit's `" + option + "` is not supported yet");
                default -> {
                    return false;
                }
            }
            return true;
        }

        private void rate(final String text, final boolean isAbove) throws Refusal {
            if (text.matches("\\d+[kmg]?b/s")) {
                throw Refusal.unsupported("hashlimit by bytes (`" + text + "`) is not supported yet");
            }
            rate = Optional.of(Rate.parse(text, MAX_PER_SECOND));
            above = isAbove;
        }

        private void keys(final String list) throws Refusal {
            for (final String key : list.split(",", -1)) {
                switch (key) {
                    case "srcip" -> keys.add(StateSpec.Key.SOURCE);
                    case "dstip" -> keys.add(StateSpec.Key.DESTINATION);
                    case "srcport" -> keys.add(StateSpec.Key.SOURCE_PORT);
                    case "dstport" -> keys.add(StateSpec.Key.DESTINATION_PORT);
                    default -> throw Refusal.syntax("`" + key + "` is no mode of hashlimit");
                }
            }
        }

        @Override
        public Optional<Match> finish() throws Refusal {
            if (rate.isEmpty() || name.isEmpty()) {
                throw Refusal.syntax("hashlimit needs a rate and `--hashlimit-name`");
            }
            // libxt_hashlimit.c, hashlimit_mt_check: as long as the unit of the rate
            final long unitMillis = rate.get().periodSeconds() * 1_000L;
            return stateful(new StateSpec.HashLimit(
                    name,
                    keys,
                    above,
                    rate.get().count(),
                    rate.get().periodSeconds(),
                    burst,
                    sourcePrefix,
                    destinationPrefix,
                    size,
                    max,
                    Duration.ofMillis(expireMillis.orElse(unitMillis)),
                    Duration.ofMillis(collectMillis)));
        }
    }

    /** libxt_recent. */
    static final class Recent implements MatchReader {
        private final Family family;
        private Optional<StateSpec.RecentOperation> operation = Optional.empty();
        private boolean inverse;
        private int seconds;
        private int hitCount;
        private boolean reap;
        private boolean compareTtl;
        private boolean bySource = true;
        private String name = "DEFAULT";
        private IpAddress mask;

        Recent(final Family family) {
            this.family = family;
            this.mask = IpAddress.mask(family, family.bits());
        }

        @Override
        public boolean option(final String option, final boolean inverted, final Words words) throws Refusal {
            switch (option) {
                case "--set" -> operation(StateSpec.RecentOperation.SET, inverted);
                case "--rcheck" -> operation(StateSpec.RecentOperation.CHECK, inverted);
                case "--update" -> operation(StateSpec.RecentOperation.UPDATE, inverted);
                case "--remove" -> operation(StateSpec.RecentOperation.REMOVE, inverted);
                case "--seconds" -> seconds = Values.integer(words.value(option), 1, Integer.MAX_VALUE);
                case "--hitcount" -> hitCount = Values.integer(words.value(option), 1, 65_535);
                case "--reap" -> reap = true;
                case "--rttl" -> compareTtl = true;
                case "--name" -> name = words.value(option);
                case "--mask" -> mask = Values.address(family, words.value(option));
                case "--rsource" -> bySource = true;
                case "--rdest" -> bySource = false;
                default -> {
                    return false;
                }
            }
            return true;
        }

        private void operation(final StateSpec.RecentOperation which, final boolean inverted) throws Refusal {
            if (operation.isPresent()) {
                throw Refusal.syntax("recent takes one of --set, --rcheck, --update, --remove");
            }
            operation = Optional.of(which);
            inverse = inverted;
        }

        @Override
        public Optional<Match> finish() throws Refusal {
            if (operation.isEmpty()) {
                throw Refusal.syntax("recent needs one of --set, --rcheck, --update, --remove");
            }
            return stateful(new StateSpec.Recent(
                    name, operation.get(), seconds, hitCount, reap, compareTtl, bySource, mask, inverse));
        }
    }

    private static Optional<Match> stateful(final StateSpec spec) {
        return Optional.of(new Match.Stateful(spec));
    }

    private static void refuseInverted(final String name, final boolean inverted) throws Refusal {
        if (inverted) {
            throw Refusal.syntax("`" + name + "` cannot be inverted");
        }
    }
}
