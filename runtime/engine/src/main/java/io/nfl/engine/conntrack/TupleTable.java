// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.conntrack;

import org.jspecify.annotations.Nullable;

/**
 * The hash of tuples, both directions of each connection in it. The hash is seeded and a hit compares the whole tuple
 * and its zone; a lookup allocates nothing. The array doubles up to the kernel's number of buckets. NOT thread safe.
 */
final class TupleTable {
    private static final int FIRST_BITS = 8;

    private final long seed;
    private final int kernelBits;
    private int bits = FIRST_BITS;
    private @Nullable TupleNode[] buckets = new @Nullable TupleNode[1 << FIRST_BITS];
    private int size;

    /** @param kernelBuckets {@code nf_conntrack_buckets}; early drop counts in them */
    TupleTable(final long seed, final int kernelBuckets) {
        this.seed = seed;
        this.kernelBits = Math.max(FIRST_BITS, 31 - Integer.numberOfLeadingZeros(Math.max(1, kernelBuckets)));
    }

    int hash(final Tuple tuple, final int zone) {
        return tuple.hash(seed, zone);
    }

    /** Head of the chain that a hash falls into. */
    @Nullable
    TupleNode chain(final int hash) {
        return buckets[hash >>> 32 - bits];
    }

    /** {@code reciprocal_scale}: the kernel's bucket of a hash. */
    int kernelBucket(final int hash) {
        return hash >>> 32 - kernelBits;
    }

    /** A hash that falls into a bucket of the kernel. */
    int hashOfKernelBucket(final int bucket) {
        return (bucket & (1 << kernelBits) - 1) << 32 - kernelBits;
    }

    void insert(final TupleNode node, final int zone) {
        if (size >= buckets.length && bits < kernelBits) {
            grow();
        }
        node.hash = hash(node.tuple, zone);
        link(node);
        size++;
    }

    private void link(final TupleNode node) {
        final int at = node.hash >>> 32 - bits;
        node.next = buckets[at];
        buckets[at] = node;
    }

    private void grow() {
        final @Nullable TupleNode[] old = buckets;
        bits++;
        buckets = new @Nullable TupleNode[1 << bits];
        for (final TupleNode head : old) {
            TupleNode node = head;
            while (node != null) {
                final TupleNode next = node.next;
                link(node);
                node = next;
            }
        }
    }

    /** Takes a node out; does nothing where it is not in. */
    void remove(final TupleNode node) {
        final int at = node.hash >>> 32 - bits;
        TupleNode before = null;
        TupleNode here = buckets[at];
        while (here != null && here != node) {
            before = here;
            here = here.next;
        }
        if (here == null) {
            return;
        }
        if (before == null) {
            buckets[at] = node.next;
        } else {
            before.next = node.next;
        }
        node.next = null;
        size--;
    }
}
