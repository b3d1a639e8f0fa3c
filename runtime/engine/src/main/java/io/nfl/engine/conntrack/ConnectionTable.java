// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.conntrack;

import io.nfl.engine.clock.Clock;
import org.jspecify.annotations.Nullable;

/**
 * The confirmed connections: found by tuple, ended by time. Expired ones are invisible and freed when met. NOT thread
 * safe.
 */
final class ConnectionTable {
    /** {@code NF_CT_EVICTION_RANGE}. */
    private static final int EVICTION_RANGE = 8;

    private final Clock clock;
    private final TupleTable tuples;
    private final SourceIndex sources;
    private @Nullable Connection oldest;
    private @Nullable Connection youngest;
    private int count;

    ConnectionTable(final Clock clock, final long seed, final int kernelBuckets) {
        this.clock = clock;
        this.tuples = new TupleTable(seed, kernelBuckets);
        this.sources = new SourceIndex(seed);
    }

    Clock clock() {
        return clock;
    }

    int count() {
        return count;
    }

    boolean expired(final Connection connection) {
        return connection.timeout - clock.nanos() <= 0;
    }

    /** {@code nf_ct_expires} in nanoseconds, 0 and more. */
    long remaining(final Connection connection) {
        return Math.max(0, connection.timeout - clock.nanos());
    }

    /** {@code nf_ct_refresh}: the connection lives for so many seconds from now on. */
    void refresh(final Connection connection, final int seconds) {
        if (!connection.is(ConnectionStatus.FIXED_TIMEOUT)) {
            final long time = seconds * Clock.NANOS_PER_SECOND;
            connection.timeout = connection.isConfirmed() ? clock.nanos() + time : time;
        }
    }

    /** {@code nf_conntrack_find_get}: in either direction, by the zone's id of the original and then of the reply. */
    @Nullable
    TupleNode find(final Tuple tuple, final Zone zone) {
        final TupleNode found = find(tuple, zone, zone.id(0));
        return found != null || zone.id(0) == zone.id(1) ? found : find(tuple, zone, zone.id(1));
    }

    @Nullable
    TupleNode find(final Tuple tuple, final Zone zone, final int zoneId) {
        final int hash = tuples.hash(tuple, zoneId);
        TupleNode node = tuples.chain(hash);
        while (node != null) {
            if (node.hash == hash && matches(node, tuple, zone)) {
                if (!expired(node.connection)) {
                    return node;
                }
                delete(node.connection);
                node = tuples.chain(hash);
            } else {
                node = node.next;
            }
        }
        return null;
    }

    /** {@code nf_ct_key_equal}. */
    private static boolean matches(final TupleNode node, final Tuple tuple, final Zone zone) {
        return node.tuple.same(tuple) && node.connection.zone.id(node.direction) == zone.id(node.direction);
    }

    /**
     * {@code nf_conntrack_tuple_taken}: whether another connection has this tuple. A connection of the same original
     * tuple is the same flow and does not count.
     */
    boolean taken(final Tuple tuple, final Connection ignored) {
        final Zone zone = ignored.zone;
        final int hash = tuples.hash(tuple, zone.id(1));
        TupleNode node = tuples.chain(hash);
        while (node != null) {
            final Connection other = node.connection;
            if (other != ignored && node.hash == hash && matches(node, tuple, zone)) {
                if (expired(other)) {
                    delete(other);
                    node = tuples.chain(hash);
                    continue;
                }
                if (!ignored.original.tuple.same(other.original.tuple) || other.zone.id(0) != zone.id(0)) {
                    return true;
                }
            }
            node = node.next;
        }
        return false;
    }

    /** Connections that may share a source, youngest first; compare before use. */
    @Nullable
    Connection withSource(final Tuple tuple, final Zone zone) {
        return sources.chain(tuple, zone);
    }

    /** Takes a new connection in; its timeout begins to count now. */
    void insert(final Connection connection) {
        connection.timeout += clock.nanos();
        tuples.insert(connection.original, connection.zone.id(0));
        tuples.insert(connection.reply, connection.zone.id(1));
        register(connection);
    }

    /** A clashing connection is only found by its replies. */
    void insertReplyOnly(final Connection connection, final int seconds) {
        connection.timeout = clock.nanos() + seconds * Clock.NANOS_PER_SECOND;
        tuples.insert(connection.reply, connection.zone.id(1));
        register(connection);
    }

    private void register(final Connection connection) {
        connection.add(ConnectionStatus.CONFIRMED);
        if (connection.is(ConnectionStatus.SRC_NAT_DONE)) {
            sources.insert(connection);
        }
        connection.older = youngest;
        if (youngest == null) {
            oldest = connection;
        } else {
            youngest.newer = connection;
        }
        youngest = connection;
        count++;
    }

    /** {@code nf_ct_delete}. @return false where it had been deleted before */
    boolean delete(final Connection connection) {
        if (connection.is(ConnectionStatus.DYING)) {
            return false;
        }
        connection.add(ConnectionStatus.DYING);
        if (!connection.isConfirmed()) {
            return true;
        }
        if (!connection.is(ConnectionStatus.NAT_CLASH)) {
            tuples.remove(connection.original);
        }
        tuples.remove(connection.reply);
        if (connection.is(ConnectionStatus.SRC_NAT_DONE)) {
            sources.remove(connection);
        }
        unlink(connection);
        count--;
        return true;
    }

    private void unlink(final Connection connection) {
        final Connection before = connection.older;
        final Connection after = connection.newer;
        if (before == null) {
            oldest = after;
        } else {
            before.newer = after;
        }
        if (after == null) {
            youngest = before;
        } else {
            after.older = before;
        }
        connection.older = null;
        connection.newer = null;
    }

    @Nullable
    Connection oldest() {
        return oldest;
    }

    /** Frees what has expired, as the kernel's garbage collection does from time to time. */
    void collect() {
        Connection here = oldest;
        while (here != null) {
            final Connection next = here.newer;
            if (expired(here)) {
                delete(here);
            }
            here = next;
        }
    }

    /** Rewrites every timeout to its whole seconds less so many, as ctnetlink would; whose time is then over goes. */
    void age(final long seconds) {
        final long now = clock.nanos();
        for (Connection here = oldest; here != null; here = here.newer) {
            final long left = remaining(here) / Clock.NANOS_PER_SECOND - seconds;
            here.timeout = now + left * Clock.NANOS_PER_SECOND;
        }
        collect();
    }

    void clear() {
        while (oldest != null) {
            delete(oldest);
        }
    }

    /** {@code early_drop}: makes room at the expense of connections that are not ASSURED, in eight buckets. */
    boolean earlyDrop(final Tuple tuple, final Zone zone) {
        final int bucket = tuples.kernelBucket(tuples.hash(tuple, zone.id(0)));
        for (int i = 0; i < EVICTION_RANGE; i++) {
            if (dropBucket(tuples.hashOfKernelBucket(bucket + i))) {
                return true;
            }
        }
        return false;
    }

    private boolean dropBucket(final int hash) {
        boolean dropped = false;
        TupleNode node = tuples.chain(hash);
        while (node != null) {
            final TupleNode next = node.next;
            final boolean here = tuples.kernelBucket(node.hash) == tuples.kernelBucket(hash);
            if (here && !node.connection.is(ConnectionStatus.ASSURED)) {
                dropped |= delete(node.connection);
                // Its other direction may have been the next of this chain.
                node = tuples.chain(hash);
            } else {
                node = next;
            }
        }
        return dropped;
    }
}
