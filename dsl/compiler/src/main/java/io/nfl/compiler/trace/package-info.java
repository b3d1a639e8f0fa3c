/** The way of a packet, told: packets, rules as they were written, steps. Nothing is decided here. */
@NullMarked
package io.nfl.compiler.trace;

import org.jspecify.annotations.NullMarked;
