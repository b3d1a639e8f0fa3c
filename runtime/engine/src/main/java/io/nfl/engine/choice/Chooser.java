// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.choice;

/**
 * Where the kernel draws a random number, the engine asks this. One method for each purpose, so that a test can decide
 * one and leave the others. NOT thread safe.
 */
public interface Chooser {
    /**
     * Where the search for a free port or id begins (net/netfilter/nf_nat_core.c {@code nf_nat_l4proto_unique_tuple}).
     *
     * @param size how many ports the range has, 1 to 65536
     * @return 0 to 65535; the caller takes it modulo {@code size}
     */
    int portOffset(int size);

    /** 32 bits for {@code -m statistic --mode random} (net/netfilter/xt_statistic.c); the low 31 are compared. */
    int probability();

    /**
     * The hash that selects a next hop of a multipath route, 31 bits (net/ipv4/fib_semantics.c
     * {@code fib_select_multipath}). The same flow must be given the same hash.
     *
     * @param flow a hash of what the kernel would hash (addresses, ports)
     */
    int multipath(int flow);

    /** An initial sequence number of the local host's TCP, 32 bits. */
    int sequenceNumber();

    /** An identification for packets that the host makes, the low 16 bits count (the low 32 in an IPv6 fragment). */
    int identification();

    /** Where the search for a local port begins (net/ipv4/inet_hashtables.c). @return 0 to {@code size - 1} */
    int ephemeralPort(int size);
}
