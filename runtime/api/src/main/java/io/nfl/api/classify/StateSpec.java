// SPDX-License-Identifier: Apache-2.0
package io.nfl.api.classify;

import io.nfl.api.net.IpAddress;
import java.time.Duration;
import java.util.Set;

/** The parameters of a match that keeps state. The engine makes one {@link RuleState} of each, for each rule. */
public sealed interface StateSpec {
    /**
     * xt_limit: one token bucket for the rule.
     *
     * @param count packets per {@code periodSeconds} (1, 60, 3600 or 86400)
     * @param burst 1 to 10000
     */
    record Limit(long count, int periodSeconds, int burst) implements StateSpec {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.limit(this);
        }
    }

    /** xt_statistic, mode nth: of {@code every} packets the one numbered {@code packet} (0 is the first). */
    record Nth(long every, long packet, boolean inverted) implements StateSpec {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.nth(this);
        }
    }

    /** xt_statistic, mode random. @param threshold of 2^31, {@code lround(p * 2^31)} */
    record Random(long threshold, boolean inverted) implements StateSpec {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.random(this);
        }
    }

    /** xt_quota: true until so many bytes have passed. */
    record Quota(long bytes, boolean inverted) implements StateSpec {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.quota(this);
        }
    }

    /** The parts of a packet that name its bucket. */
    enum Key {
        SOURCE,
        DESTINATION,
        SOURCE_PORT,
        DESTINATION_PORT
    }

    /**
     * xt_hashlimit revision 3, packet mode: one bucket a key in the named table.
     *
     * @param above true where the match holds over the rate
     * @param count packets per {@code periodSeconds}
     * @param sourcePrefix prefix length of the key's source
     * @param tableSize buckets; 0: the kernel's choice
     * @param tableMax entries; 0: the kernel's choice
     * @param expire after the last packet a key's bucket is full again
     */
    record HashLimit(
            String name,
            Set<Key> keys,
            boolean above,
            long count,
            int periodSeconds,
            int burst,
            int sourcePrefix,
            int destinationPrefix,
            int tableSize,
            int tableMax,
            Duration expire,
            Duration collectEvery)
            implements StateSpec {
        public HashLimit {
            keys = Set.copyOf(keys);
        }

        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.hashLimit(this);
        }
    }

    /**
     * xt_connlimit: how many connections the key has, this one counted.
     *
     * @param limit the match holds above it, or, inverted, up to it
     * @param mask of the key's address
     */
    record ConnLimit(long limit, boolean inverted, IpAddress mask, boolean bySource) implements StateSpec {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.connLimit(this);
        }
    }

    /** What a recent match does. */
    enum RecentOperation {
        SET,
        CHECK,
        UPDATE,
        REMOVE
    }

    /**
     * xt_recent on the named list.
     *
     * @param seconds 0: any age
     * @param hitCount 0: any number
     */
    record Recent(
            String name,
            RecentOperation operation,
            int seconds,
            int hitCount,
            boolean reap,
            boolean compareTtl,
            boolean bySource,
            IpAddress mask,
            boolean inverted)
            implements StateSpec {
        @Override
        public <R> R accept(final Visitor<R> visitor) {
            return visitor.recent(this);
        }
    }

    <R> R accept(Visitor<R> visitor);

    /** One method for each kind of state. */
    interface Visitor<R> {
        R limit(Limit spec);

        R nth(Nth spec);

        R random(Random spec);

        R quota(Quota spec);

        R hashLimit(HashLimit spec);

        R connLimit(ConnLimit spec);

        R recent(Recent spec);
    }
}
