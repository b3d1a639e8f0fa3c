// SPDX-License-Identifier: Apache-2.0
package io.nfl.bytecode;

import io.nfl.api.classify.TupleTables;
import io.nfl.api.net.AddressMask;
import io.nfl.api.net.Family;
import io.nfl.api.net.IpProtocol;
import io.nfl.api.net.PortRange;
import io.nfl.bytecode.RulePlan.MatchPlan;
import io.nfl.ir.DevicePattern;
import io.nfl.ir.Invertible;
import io.nfl.ir.IpHeaderMatch;
import io.nfl.ir.Match;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The fields of one rule that an index compares, as {@link TupleTables} lays them out, and what is left of the rule for
 * code: inverted tests, wildcard devices, all other matches.
 *
 * @param portBits for each port, how many leading bits its range fixes: 16 for a single port
 */
record IndexedFields(long[] masks, long[] values, long ports, int[] portBits, RulePlan rest) {
    private static final long ALL_PORTS = 0x0000_FFFF_0000_FFFFL;
    private static final int MAX_DEVICES = 0xFFF;

    static IndexedFields of(final RulePlan rule, final Family family, final Map<String, Integer> devices) {
        final Split split = new Split(family, devices);
        return split.rule(rule);
    }

    /** Whether the index narrows the search for this rule at all. */
    boolean narrows() {
        for (final long mask : masks) {
            if (mask != 0) {
                return true;
            }
        }
        return false;
    }

    private static final class Split {
        private final Family family;
        private final Map<String, Integer> devices;
        private final int words;
        private final long[] masks;
        private final long[] values;
        private long ports = ALL_PORTS;
        private final int[] portBits = new int[2];

        Split(final Family family, final Map<String, Integer> devices) {
            this.family = family;
            this.devices = devices;
            words = family == Family.IPV4 ? TupleTables.IPV4_WORDS : TupleTables.IPV6_WORDS;
            masks = new long[words];
            values = new long[words];
        }

        IndexedFields rule(final RulePlan rule) {
            final IpHeaderMatch header = rule.header();
            header(header.source(), 0);
            header(header.destination(), 1);
            final boolean in = device(header.in(), 12);
            final boolean out = device(header.out(), 0);
            final Optional<Invertible<Integer>> protocol =
                    header.protocol().filter(t -> !t.inverted() && t.value() != 0);
            protocol.ifPresent(t -> rest(0xFFL << 24, (long) t.value() << 24));
            final IpHeaderMatch left = new IpHeaderMatch(
                    header.source().filter(Invertible::inverted),
                    header.destination().filter(Invertible::inverted),
                    in ? Optional.empty() : header.in(),
                    out ? Optional.empty() : header.out(),
                    header.protocol(),
                    header.fragment());
            final List<MatchPlan> matches = new ArrayList<>();
            boolean movable = protocol.isPresent();
            for (final MatchPlan each : rule.matches()) {
                final Optional<Match> split =
                        movable ? transport(each.match(), protocol.orElseThrow().value()) : Optional.empty();
                movable &= split.isEmpty() && isPure(each.match());
                matches.add(split.map(m -> new MatchPlan(m, true, each.state())).orElse(each));
            }
            return new IndexedFields(
                    masks,
                    values,
                    ports,
                    portBits,
                    new RulePlan(rule.number(), rule.line(), left, matches, rule.target()));
        }

        /** Whether a later test may run before this one: no state, and no drop of a packet with a whole header. */
        private static boolean isPure(final Match match) {
            return !(match instanceof Match.Stateful || match instanceof Match.TcpMss || match instanceof Match.Tcp);
        }

        private void rest(final long mask, final long value) {
            masks[words - 1] |= mask;
            values[words - 1] |= value;
        }

        private void header(final Optional<Invertible<AddressMask>> test, final int side) {
            test.filter(t -> !t.inverted()).ifPresent(t -> {
                final AddressMask mask = t.value();
                if (family == Family.IPV4) {
                    final int shift = side == 0 ? 32 : 0;
                    masks[0] |= mask.mask().low() << shift;
                    values[0] |= mask.value().low() << shift;
                } else {
                    masks[2 * side] = mask.mask().high();
                    masks[2 * side + 1] = mask.mask().low();
                    values[2 * side] = mask.value().high();
                    values[2 * side + 1] = mask.value().low();
                }
            });
        }

        private boolean device(final Optional<Invertible<DevicePattern>> test, final int shift) {
            if (test.isEmpty()
                    || test.get().inverted()
                    || test.get().value().wildcard()
                    || devices.size() >= MAX_DEVICES) {
                return false;
            }
            final String name = test.get().value().name();
            if (name.isEmpty()) {
                return false;
            }
            devices.putIfAbsent(name, devices.size() + 1);
            rest(0xFFFL << shift, (long) devices.getOrDefault(name, 0) << shift);
            return true;
        }

        /** What is left of a match whose ports the index compares; empty where it does not. */
        private Optional<Match> transport(final Match match, final int protocol) {
            if (match instanceof Match.Tcp tcp && protocol == IpProtocol.TCP.number()) {
                return Optional.of(
                        new Match.Tcp(port(tcp.source(), 0), port(tcp.destination(), 1), tcp.flags(), tcp.option()));
            }
            if (match instanceof Match.Ports each && protocol == number(each.protocol())) {
                return Optional.of(
                        new Match.Ports(each.protocol(), port(each.source(), 0), port(each.destination(), 1)));
            }
            return Optional.empty();
        }

        private static int number(final Match.PortProtocol protocol) {
            return switch (protocol) {
                case UDP -> IpProtocol.UDP.number();
                case SCTP -> IpProtocol.SCTP.number();
                case DCCP -> IpProtocol.DCCP.number();
            };
        }

        private Optional<Invertible<PortRange>> port(final Optional<Invertible<PortRange>> test, final int side) {
            if (test.isEmpty() || test.get().inverted()) {
                return test;
            }
            final PortRange range = test.get().value();
            final int shift = side == 0 ? 32 : 0;
            ports = ports & ~(0xFFFF_FFFFL << shift) | ((long) range.low() << 16 | range.high()) << shift;
            final int differing = range.low() ^ range.high();
            final int fixed = Integer.numberOfLeadingZeros(differing) - 16;
            portBits[side] = Math.min(16, fixed);
            final long mask = 0xFFFFL & 0xFFFFL << 16 - portBits[side];
            rest(mask << (side == 0 ? 48 : 32), (range.low() & mask) << (side == 0 ? 48 : 32));
            return Optional.empty();
        }
    }
}
