/** The state of stateful matches, with the kernel's arithmetic. Nothing here knows hooks or chains. */
@NullMarked
package io.nfl.engine.state;

import org.jspecify.annotations.NullMarked;
