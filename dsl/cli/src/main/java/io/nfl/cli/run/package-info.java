/**
 * {@code nfl run}: captures in time order through a policy; captures, counters and a summary out. What a packet comes
 * to is the engine's; nothing here decides.
 */
@NullMarked
package io.nfl.cli.run;

import org.jspecify.annotations.NullMarked;
