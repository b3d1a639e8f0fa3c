// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.state;

import io.nfl.api.classify.RuleState;
import io.nfl.api.classify.StateSpec;
import io.nfl.api.host.KernelProfile;
import io.nfl.api.net.Family;
import io.nfl.api.packet.PacketView;
import io.nfl.engine.choice.Chooser;
import io.nfl.engine.clock.Clock;
import io.nfl.engine.conntrack.Conntrack;
import java.util.HashMap;
import java.util.Map;

/** Makes the state of each stateful match of a host's rules; tables and lists with a name are made once. */
public final class RuleStates {
    private final Clock clock;
    private final Chooser chooser;
    private final Conntrack conntrack;
    private final KernelProfile kernel;
    private final Turn turn;
    private final Map<String, HashLimitTable> ipv4Tables = new HashMap<>();
    private final Map<String, HashLimitTable> ipv6Tables = new HashMap<>();
    private final Map<String, RecentList> lists = new HashMap<>();

    public RuleStates(
            final Clock clock,
            final Chooser chooser,
            final Conntrack conntrack,
            final KernelProfile kernel,
            final Turn turn) {
        this.turn = turn;
        this.clock = clock;
        this.chooser = chooser;
        this.conntrack = conntrack;
        this.kernel = kernel;
    }

    public RuleState make(final StateSpec spec, final Family family) {
        return spec.accept(new Maker(family));
    }

    private final class Maker implements StateSpec.Visitor<RuleState> {
        private final Family family;

        Maker(final Family family) {
            this.family = family;
        }

        @Override
        public RuleState limit(final StateSpec.Limit spec) {
            return switch (kernel.backEnd()) {
                case LEGACY -> new LimitState(spec, clock, kernel.hz());
                case NFT -> new NftLimitState(spec, clock);
            };
        }

        @Override
        public RuleState nth(final StateSpec.Nth spec) {
            return new NthState(spec);
        }

        @Override
        public RuleState random(final StateSpec.Random spec) {
            return new RandomState(spec, chooser);
        }

        @Override
        public RuleState quota(final StateSpec.Quota spec) {
            return new QuotaState(spec);
        }

        @Override
        public RuleState hashLimit(final StateSpec.HashLimit spec) {
            final Map<String, HashLimitTable> tables = family == Family.IPV4 ? ipv4Tables : ipv6Tables;
            final HashLimitTable table =
                    tables.computeIfAbsent(spec.name(), name -> new HashLimitTable(spec, family, clock, kernel.hz()));
            return new HashLimitState(table, spec.above());
        }

        @Override
        public RuleState connLimit(final StateSpec.ConnLimit spec) {
            return new ConnLimitState(spec, conntrack, turn);
        }

        @Override
        public RuleState recent(final StateSpec.Recent spec) {
            final RecentList list = lists.computeIfAbsent(spec.name(), name -> new RecentList(spec.mask()));
            list.join(spec.hitCount());
            return new RecentState(spec, list, clock, kernel.hz());
        }
    }

    private record HashLimitState(HashLimitTable table, boolean above) implements RuleState {
        @Override
        public int test(final PacketView packet) {
            return table.test(packet, above);
        }
    }

    private record RecentState(StateSpec.Recent spec, RecentList list, Clock clock, int hz) implements RuleState {
        @Override
        public int test(final PacketView packet) {
            return list.test(spec, packet, clock.jiffies(hz), hz);
        }
    }
}
