/** What is true of a policy and what is wrong with it: the placement table, and one file for each pass over the IR. */
@NullMarked
package io.nfl.check;

import org.jspecify.annotations.NullMarked;
