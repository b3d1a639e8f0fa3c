/** The tests of a policy, resolved: what is sent, and what must come of it. Run on the JVM and on the kernel alike. */
@NullMarked
package io.nfl.ir.test;

import org.jspecify.annotations.NullMarked;
