/**
 * The referee: the running kernel, asked through {@code kernel_oracle.py}, against the engine.
 */
@NullMarked
package io.nfl.oracle;

import org.jspecify.annotations.NullMarked;
