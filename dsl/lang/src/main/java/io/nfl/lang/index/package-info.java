/**
 * What an editor asks of a reading: where names are declared and used, what stands at a place, which parts a text has.
 * Works on half-written text; answers in spans and words, no object of EMF leaves it.
 */
@NullMarked
package io.nfl.lang.index;

import org.jspecify.annotations.NullMarked;
