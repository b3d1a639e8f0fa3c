// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.conntrack;

import org.jspecify.annotations.Nullable;

/** One direction of a connection in the table ({@code struct nf_conntrack_tuple_hash}). */
final class TupleNode {
    final Connection connection;
    /** 0 original, 1 reply. */
    final int direction;

    final Tuple tuple = new Tuple();
    int hash;

    @Nullable
    TupleNode next;

    TupleNode(final Connection connection, final int direction) {
        this.connection = connection;
        this.direction = direction;
    }
}
