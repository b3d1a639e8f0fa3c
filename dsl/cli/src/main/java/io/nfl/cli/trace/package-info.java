/** {@code nfl trace}: reads the question, and tells the answer as text, as JSON and as a picture. */
@NullMarked
package io.nfl.cli.trace;

import org.jspecify.annotations.NullMarked;
