/** The hand-written parts in front of the generated parser, under the names that the generated code expects. */
@NullMarked
package io.nfl.lang.parser.antlr;

import org.jspecify.annotations.NullMarked;
