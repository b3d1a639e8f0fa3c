/** From class bytes and a policy.jar to classifiers. Nothing here compiles. */
@NullMarked
package io.nfl.engine.load;

import org.jspecify.annotations.NullMarked;
