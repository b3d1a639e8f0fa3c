/**
 * The command {@code nfl}. Results go to stdout, diagnostics and progress to stderr; no knowledge of netfilter lives
 * here.
 */
@NullMarked
package io.nfl.cli;

import org.jspecify.annotations.NullMarked;
