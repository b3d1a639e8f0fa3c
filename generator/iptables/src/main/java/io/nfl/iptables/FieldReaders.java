// SPDX-License-Identifier: Apache-2.0
package io.nfl.iptables;

import io.nfl.api.net.AddressRange;
import io.nfl.api.net.AddressType;
import io.nfl.api.net.Family;
import io.nfl.ir.Invertible;
import io.nfl.ir.Match;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Readers of the matches that compare one or two fields. */
final class FieldReaders {
    private FieldReaders() {}

    /** Makes a match of one option's value. */
    interface Single {
        Match read(String value, boolean inverted) throws Refusal;
    }

    /** A match with a single option. */
    static MatchReader single(final String extension, final String option, final Single single) {
        return new MatchReader() {
            private Optional<Match> match = Optional.empty();

            @Override
            public boolean option(final String name, final boolean inverted, final Words words) throws Refusal {
                if (!name.equals(option)) {
                    return false;
                }
                match = Optional.of(single.read(words.value(name), inverted));
                return true;
            }

            @Override
            public Optional<Match> finish() throws Refusal {
                if (match.isEmpty()) {
                    throw Refusal.syntax(extension + " needs `" + option + "`");
                }
                return match;
            }
        };
    }

    static MatchReader mark() {
        return single("mark", "--mark", (value, inverted) -> {
            final Values.Masked mark = Values.masked(value);
            return new Match.Mark(mark.value(), mark.mask(), inverted);
        });
    }

    static MatchReader connmark() {
        return single("connmark", "--mark", (value, inverted) -> {
            final Values.Masked mark = Values.masked(value);
            return new Match.Connmark(mark.value(), mark.mask(), inverted);
        });
    }

    static MatchReader length() {
        return single("length", "--length", (value, inverted) -> {
            final Values.Span span = Values.span(value, 0xFFFF);
            return new Match.Length((int) span.low(), (int) span.high(), inverted);
        });
    }

    static MatchReader tos() {
        return single("tos", "--tos", (value, inverted) -> {
            final TosValues.Masked tos = TosValues.match(value);
            return new Match.Tos(tos.value(), tos.mask(), inverted);
        });
    }

    static MatchReader packetType() {
        return single("pkttype", "--pkt-type", (value, inverted) -> {
            final int type = switch (value.toLowerCase(Locale.ROOT)) {
                case "unicast" -> 0;
                case "broadcast" -> 1;
                case "multicast" -> 2;
                default -> throw Refusal.syntax("`" + value + "` is no packet type");
            };
            return new Match.PacketType(type, inverted);
        });
    }

    static MatchReader mac() {
        return single("mac", "--mac-source", (value, inverted) -> {
            final String digits = value.replace(":", "");
            if (!value.matches("([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}")) {
                throw Refusal.syntax("`" + value + "` is no Ethernet address");
            }
            return new Match.Mac(Long.parseLong(digits, 16), inverted);
        });
    }

    /** libxt_dscp: a number or a class name. */
    static final class Dscp implements MatchReader {
        private Optional<Match> match = Optional.empty();

        @Override
        public boolean option(final String name, final boolean inverted, final Words words) throws Refusal {
            switch (name) {
                case "--dscp" ->
                    match = Optional.of(new Match.Dscp(Values.integer(words.value(name), 0, 63), inverted));
                case "--dscp-class" -> match = Optional.of(new Match.Dscp(TosValues.dscp(words.value(name)), inverted));
                default -> {
                    return false;
                }
            }
            return true;
        }

        @Override
        public Optional<Match> finish() throws Refusal {
            if (match.isEmpty()) {
                throw Refusal.syntax("dscp needs `--dscp`");
            }
            return match;
        }
    }

    /** libipt_ttl and libip6t_hl. */
    static final class HopLimit implements MatchReader {
        private final String prefix;
        private Optional<Match> match = Optional.empty();

        HopLimit(final Family family) {
            this.prefix = family == Family.IPV4 ? "--ttl" : "--hl";
        }

        @Override
        public boolean option(final String name, final boolean inverted, final Words words) throws Refusal {
            final Match.Comparison comparison;
            if (name.equals(prefix + "-eq") || name.equals(prefix)) {
                comparison = inverted ? Match.Comparison.NOT_EQUAL : Match.Comparison.EQUAL;
            } else if (name.equals(prefix + "-lt")) {
                comparison = Match.Comparison.BELOW;
            } else if (name.equals(prefix + "-gt")) {
                comparison = Match.Comparison.ABOVE;
            } else {
                return false;
            }
            match = Optional.of(new Match.HopLimit(comparison, Values.integer(words.value(name), 0, 255)));
            return true;
        }

        @Override
        public Optional<Match> finish() throws Refusal {
            if (match.isEmpty()) {
                throw Refusal.syntax("`" + prefix + "-eq`, `-lt` or `-gt` is missing");
            }
            return match;
        }
    }

    /** libxt_iprange. */
    static final class IpRange implements MatchReader {
        private final Family family;
        private Optional<Invertible<AddressRange>> source = Optional.empty();
        private Optional<Invertible<AddressRange>> destination = Optional.empty();

        IpRange(final Family family) {
            this.family = family;
        }

        @Override
        public boolean option(final String name, final boolean inverted, final Words words) throws Refusal {
            switch (name) {
                case "--src-range" ->
                    source = Optional.of(new Invertible<>(Values.addressRange(family, words.value(name)), inverted));
                case "--dst-range" ->
                    destination =
                            Optional.of(new Invertible<>(Values.addressRange(family, words.value(name)), inverted));
                default -> {
                    return false;
                }
            }
            return true;
        }

        @Override
        public Optional<Match> finish() throws Refusal {
            if (source.isEmpty() && destination.isEmpty()) {
                throw Refusal.syntax("iprange needs a range");
            }
            return Optional.of(new Match.IpRange(source, destination));
        }
    }

    /** libxt_addrtype. */
    static final class AddrType implements MatchReader {
        private Optional<Invertible<Set<AddressType>>> source = Optional.empty();
        private Optional<Invertible<Set<AddressType>>> destination = Optional.empty();
        private boolean limitIn;
        private boolean limitOut;

        @Override
        public boolean option(final String name, final boolean inverted, final Words words) throws Refusal {
            switch (name) {
                case "--src-type" -> source = Optional.of(new Invertible<>(types(words.value(name)), inverted));
                case "--dst-type" -> destination = Optional.of(new Invertible<>(types(words.value(name)), inverted));
                case "--limit-iface-in" -> limitIn = true;
                case "--limit-iface-out" -> limitOut = true;
                default -> {
                    return false;
                }
            }
            return true;
        }

        private static Set<AddressType> types(final String list) throws Refusal {
            final Set<AddressType> types = EnumSet.noneOf(AddressType.class);
            for (final String name : list.split(",", -1)) {
                try {
                    types.add(AddressType.valueOf(name.toUpperCase(Locale.ROOT)));
                } catch (final IllegalArgumentException e) {
                    throw Refusal.syntax("`" + name + "` is no address type");
                }
            }
            return types;
        }

        @Override
        public Optional<Match> finish() throws Refusal {
            if (source.isEmpty() && destination.isEmpty()) {
                throw Refusal.syntax("addrtype needs `--src-type` or `--dst-type`");
            }
            if (limitIn && limitOut) {
                throw Refusal.syntax("`--limit-iface-in` and `--limit-iface-out` exclude each other");
            }
            return Optional.of(new Match.AddrType(source, destination, limitIn, limitOut));
        }
    }

    /** libxt_owner. Names of users are the host's and are refused. */
    static final class Owner implements MatchReader {
        private Optional<Invertible<Match.IdRange>> user = Optional.empty();
        private Optional<Invertible<Match.IdRange>> group = Optional.empty();
        private Optional<Invertible<Boolean>> socketExists = Optional.empty();

        @Override
        public boolean option(final String name, final boolean inverted, final Words words) throws Refusal {
            switch (name) {
                case "--uid-owner" -> user = Optional.of(new Invertible<>(ids(words.value(name)), inverted));
                case "--gid-owner" -> group = Optional.of(new Invertible<>(ids(words.value(name)), inverted));
                case "--socket-exists" -> socketExists = Optional.of(new Invertible<>(true, inverted));
                case "--suppl-groups" -> throw Refusal.unsupported("owner's `--suppl-groups` is not supported yet");
                default -> {
                    return false;
                }
            }
            return true;
        }

        private static Match.IdRange ids(final String text) throws Refusal {
            if (!text.matches("[0-9]+([-:][0-9]+)?")) {
                throw Refusal.unsupported("`" + text + "` is a name of this host: give the number");
            }
            final String[] ends = text.split("[-:]", -1);
            final long low = Values.number(ends[0], 0, 0xFFFF_FFFEL);
            return new Match.IdRange(low, ends.length == 1 ? low : Values.number(ends[1], low, 0xFFFF_FFFEL));
        }

        @Override
        public Optional<Match> finish() throws Refusal {
            if (user.isEmpty() && group.isEmpty() && socketExists.isEmpty()) {
                throw Refusal.syntax("owner needs an option");
            }
            return Optional.of(new Match.Owner(user, group, socketExists));
        }
    }

    /** libxt_rpfilter. */
    static final class ReversePath implements MatchReader {
        private boolean loose;
        private boolean validMark;
        private boolean acceptLocal;
        private boolean inverse;

        @Override
        public boolean option(final String name, final boolean inverted, final Words words) {
            switch (name) {
                case "--loose" -> loose = true;
                case "--validmark" -> validMark = true;
                case "--accept-local" -> acceptLocal = true;
                case "--invert" -> inverse = true;
                default -> {
                    return false;
                }
            }
            return true;
        }

        @Override
        public Optional<Match> finish() {
            return Optional.of(new Match.ReversePath(loose, validMark, acceptLocal, inverse));
        }
    }
}
