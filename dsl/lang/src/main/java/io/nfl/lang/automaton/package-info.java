/**
 * The grammar as an automaton over its tokens: what may stand at a place. The token filter before the parser asks it,
 * and completion after the cursor.
 */
@NullMarked
package io.nfl.lang.automaton;

import org.jspecify.annotations.NullMarked;
