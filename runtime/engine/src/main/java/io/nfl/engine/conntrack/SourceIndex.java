// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.conntrack;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Confirmed connections by the source of their original tuple, the youngest first ({@code nf_nat_bysource}). Only the
 * first packet of a translated connection looks here.
 */
final class SourceIndex {
    private final long seed;
    private final Map<Integer, Connection> chains = new HashMap<>();

    SourceIndex(final long seed) {
        this.seed = seed;
    }

    private int hash(final Tuple tuple, final Zone zone) {
        return tuple.sourceHash(seed, zone.id(0) == zone.id(1) ? zone.id() : 0);
    }

    @Nullable
    Connection chain(final Tuple tuple, final Zone zone) {
        return chains.get(hash(tuple, zone));
    }

    void insert(final Connection connection) {
        final int hash = hash(connection.original.tuple, connection.zone);
        connection.nextOfSource = chains.get(hash);
        chains.put(hash, connection);
    }

    void remove(final Connection connection) {
        final int hash = hash(connection.original.tuple, connection.zone);
        Connection before = null;
        Connection here = chains.get(hash);
        while (here != null && here != connection) {
            before = here;
            here = here.nextOfSource;
        }
        if (here == null) {
            return;
        }
        if (before != null) {
            before.nextOfSource = connection.nextOfSource;
        } else if (connection.nextOfSource == null) {
            chains.remove(hash);
        } else {
            chains.put(hash, connection.nextOfSource);
        }
        connection.nextOfSource = null;
    }
}
