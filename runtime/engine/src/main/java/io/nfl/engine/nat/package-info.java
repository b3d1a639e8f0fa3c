/** Address translation as net/netfilter/nf_nat_core.c and nf_nat_proto.c do it; what it remembers lies in conntrack. */
@NullMarked
package io.nfl.engine.nat;

import org.jspecify.annotations.NullMarked;
