/** Runs a policy's own tests: builds their packets, follows their conversations, compares what came of them. */
@NullMarked
package io.nfl.compiler.testing;

import org.jspecify.annotations.NullMarked;
