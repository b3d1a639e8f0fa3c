// SPDX-License-Identifier: Apache-2.0
package io.nfl.iptables;

import io.nfl.api.classify.StateSpec;
import io.nfl.api.classify.StateSpec.Key;
import io.nfl.api.net.Family;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Stateful matches as iptables-save spells them. */
final class StateWriter implements StateSpec.Visitor<String> {
    private static final int RATE_SCALE = 10_000;
    private static final long RANDOM_SCALE = 1L << 31;
    private static final int HASHLIMIT_DEFAULT_BURST = 5;
    private static final long HASHLIMIT_DEFAULT_COLLECT = 1_000;

    private final Family family;

    StateWriter(final Family family) {
        this.family = family;
    }

    @Override
    public String limit(final StateSpec.Limit spec) {
        final String burst = spec.burst() == 5 ? "" : " --limit-burst " + spec.burst();
        return "-m limit --limit " + rate(spec.count(), spec.periodSeconds(), RATE_SCALE) + burst;
    }

    /** A rate in the unit that iptables prints. */
    private record Printed(long count, Unit unit) {
        @Override
        public String toString() {
            return count + "/" + unit.label;
        }
    }

    private enum Unit {
        DAY("day", 86_400),
        HOUR("hour", 3_600),
        MINUTE("min", 60),
        SECOND("sec", 1);

        private final String label;
        private final int seconds;

        Unit(final String label, final int seconds) {
            this.label = label;
            this.seconds = seconds;
        }
    }

    /**
     * The rate as iptables prints it back from the kernel's average: in the largest unit of which the average holds a
     * whole number (libxt_limit.c, {@code print_rate}).
     */
    private static Printed rate(final long count, final int periodSeconds, final int scale) {
        final long average = (long) scale * periodSeconds / count;
        Unit printed = Unit.DAY;
        for (final Unit unit : Unit.values()) {
            final long units = (long) scale * unit.seconds;
            if (unit != Unit.DAY && (average > units || units / average < units % average)) {
                break;
            }
            printed = unit;
        }
        return new Printed((long) scale * printed.seconds / average, printed);
    }

    @Override
    public String nth(final StateSpec.Nth spec) {
        return "-m statistic --mode nth" + MatchWriter.option(spec.inverted(), "--every", Long.toString(spec.every()))
                + " --packet " + spec.packet();
    }

    @Override
    public String random(final StateSpec.Random spec) {
        final String probability = String.format(Locale.ROOT, "%.11f", (double) spec.threshold() / RANDOM_SCALE);
        return "-m statistic --mode random" + MatchWriter.option(spec.inverted(), "--probability", probability);
    }

    @Override
    public String quota(final StateSpec.Quota spec) {
        return "-m quota" + MatchWriter.option(spec.inverted(), "--quota", Long.toString(spec.bytes()));
    }

    @Override
    public String hashLimit(final StateSpec.HashLimit spec) {
        final StringBuilder text = new StringBuilder("-m hashlimit ");
        text.append(spec.above() ? "--hashlimit-above " : "--hashlimit-upto ");
        final Printed rate = rate(spec.count(), spec.periodSeconds(), 1_000_000);
        text.append(rate);
        text.append(" --hashlimit-burst ").append(spec.burst() == 0 ? HASHLIMIT_DEFAULT_BURST : spec.burst());
        final String keys = Stream.of(Key.SOURCE, Key.SOURCE_PORT, Key.DESTINATION, Key.DESTINATION_PORT)
                .filter(spec.keys()::contains)
                .map(StateWriter::key)
                .collect(Collectors.joining(","));
        if (!keys.isEmpty()) {
            text.append(" --hashlimit-mode ").append(keys);
        }
        text.append(" --hashlimit-name ").append(tableName(spec.name()));
        if (spec.tableSize() != 0) {
            text.append(" --hashlimit-htable-size ").append(spec.tableSize());
        }
        if (spec.tableMax() != 0) {
            text.append(" --hashlimit-htable-max ").append(spec.tableMax());
        }
        if (spec.collectEvery().toMillis() != HASHLIMIT_DEFAULT_COLLECT) {
            text.append(" --hashlimit-htable-gcinterval ")
                    .append(spec.collectEvery().toMillis());
        }
        if (spec.expire().toMillis() != rate.unit().seconds * 1_000L) {
            text.append(" --hashlimit-htable-expire ").append(spec.expire().toMillis());
        }
        if (spec.sourcePrefix() != family.bits()) {
            text.append(" --hashlimit-srcmask ").append(spec.sourcePrefix());
        }
        if (spec.destinationPrefix() != family.bits()) {
            text.append(" --hashlimit-dstmask ").append(spec.destinationPrefix());
        }
        return text.toString();
    }

    /** iptables-save prints this name as it is, where it quotes other texts for a dot. */
    private static String tableName(final String name) {
        return name.matches("[\\w.-]+") ? name : Quoting.quote(name);
    }

    private static String key(final Key key) {
        return switch (key) {
            case SOURCE -> "srcip";
            case DESTINATION -> "dstip";
            case SOURCE_PORT -> "srcport";
            case DESTINATION_PORT -> "dstport";
        };
    }

    @Override
    public String connLimit(final StateSpec.ConnLimit spec) {
        return "-m connlimit " + (spec.inverted() ? "--connlimit-upto " : "--connlimit-above ") + spec.limit()
                + " --connlimit-mask " + spec.mask().prefixLength()
                + (spec.bySource() ? " --connlimit-saddr" : " --connlimit-daddr");
    }

    @Override
    public String recent(final StateSpec.Recent spec) {
        final StringBuilder text = new StringBuilder("-m recent");
        text.append(spec.inverted() ? " ! " : " ");
        text.append(
                switch (spec.operation()) {
                    case SET -> "--set";
                    case CHECK -> "--rcheck";
                    case UPDATE -> "--update";
                    case REMOVE -> "--remove";
                });
        if (spec.seconds() != 0) {
            text.append(" --seconds ").append(spec.seconds());
        }
        if (spec.reap()) {
            text.append(" --reap");
        }
        if (spec.hitCount() != 0) {
            text.append(" --hitcount ").append(spec.hitCount());
        }
        if (spec.compareTtl()) {
            text.append(" --rttl");
        }
        text.append(" --name ").append(Quoting.quote(spec.name()));
        text.append(" --mask ").append(spec.mask());
        text.append(spec.bySource() ? " --rsource" : " --rdest");
        return text.toString();
    }
}
