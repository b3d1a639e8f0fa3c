/**
 * Packets from files and to files. What is read here is the world's: a malformed file is an answer, not an exception.
 */
@NullMarked
package io.nfl.io;

import org.jspecify.annotations.NullMarked;
