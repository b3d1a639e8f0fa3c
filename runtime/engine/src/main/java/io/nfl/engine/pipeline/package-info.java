/**
 * The way of a packet through the host: hooks in the kernel's order, the receive, forward and output paths between
 * them, and what is told of it. Conntrack, NAT, routing and the local host are rooms of their own.
 */
@NullMarked
package io.nfl.engine.pipeline;

import org.jspecify.annotations.NullMarked;
