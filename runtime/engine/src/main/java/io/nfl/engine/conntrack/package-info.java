/** Connection tracking as net/netfilter/nf_conntrack_core.c and the protocol trackers do it. The clock is handed in. */
@NullMarked
package io.nfl.engine.conntrack;

import org.jspecify.annotations.NullMarked;
