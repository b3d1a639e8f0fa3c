/** {@code nfl test}: what it runs, and how it tells what came of it. */
@NullMarked
package io.nfl.cli.test;

import org.jspecify.annotations.NullMarked;
