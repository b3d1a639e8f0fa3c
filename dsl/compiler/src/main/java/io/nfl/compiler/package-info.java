/**
 * The door of the compiler: sources in, policy, diagnostics, scripts and classifiers out.
 */
@NullMarked
package io.nfl.compiler;

import org.jspecify.annotations.NullMarked;
