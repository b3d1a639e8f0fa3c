/** What is said to users: diagnostics with stable codes, exact spans, notes and fixes as data. */
@NullMarked
package io.nfl.diag;

import org.jspecify.annotations.NullMarked;
