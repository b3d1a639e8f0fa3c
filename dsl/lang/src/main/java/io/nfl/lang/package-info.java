/**
 * The language: grammar, scoping, values, formatting. EMF objects do not leave this module.
 */
@NullMarked
package io.nfl.lang;

import org.jspecify.annotations.NullMarked;
