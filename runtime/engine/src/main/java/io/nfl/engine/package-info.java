/**
 * Takes packets through the host as the kernel does. Reads no clock and no random source of its own: both are handed
 * in.
 */
@NullMarked
package io.nfl.engine;

import org.jspecify.annotations.NullMarked;
