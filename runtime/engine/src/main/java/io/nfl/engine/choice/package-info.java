/** What the kernel leaves to chance, behind one interface: tests and the simulator say which way chance goes. */
@NullMarked
package io.nfl.engine.choice;

import org.jspecify.annotations.NullMarked;
