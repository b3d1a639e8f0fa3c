/** Time as the engine sees it: handed in, monotonic. */
@NullMarked
package io.nfl.engine.clock;

import org.jspecify.annotations.NullMarked;
