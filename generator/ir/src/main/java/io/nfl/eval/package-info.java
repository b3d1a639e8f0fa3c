/**
 * The definition: rule lists walked straight from the IR as net/ipv4/netfilter/ip_tables.c does, plain and slow. Shares
 * no matching code with the bytecode.
 */
@NullMarked
package io.nfl.eval;

import org.jspecify.annotations.NullMarked;
