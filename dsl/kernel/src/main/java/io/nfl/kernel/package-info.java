/**
 * The running kernel, in a private network namespace, as a second engine for the tests of a policy.
 */
@NullMarked
package io.nfl.kernel;

import org.jspecify.annotations.NullMarked;
