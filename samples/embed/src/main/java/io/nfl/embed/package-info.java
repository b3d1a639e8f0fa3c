/**
 * A compiled policy in a program of one's own, with {@code nfl-runtime-api} and {@code nfl-runtime-engine} alone.
 */
@NullMarked
package io.nfl.embed;

import org.jspecify.annotations.NullMarked;
