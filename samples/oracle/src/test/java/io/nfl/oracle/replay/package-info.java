/** Recorded scenarios replayed in the JVM: what the kernel did must come out, where chance went as it went there. */
@NullMarked
package io.nfl.oracle.replay;

import org.jspecify.annotations.NullMarked;
