/**
 * The vocabulary that everything shares, and the classes that generated code calls. What lives here knows no policy, no
 * file format and no clock.
 */
@NullMarked
package io.nfl.api;

import org.jspecify.annotations.NullMarked;
