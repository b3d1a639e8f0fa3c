/**
 * {@code nfl simulate}: scenario files in the kernel oracle's format in, outcomes in its format out. What a packet
 * meets is decided by the engine; here is only JSON, and the refusal of what is not supported.
 */
@NullMarked
package io.nfl.cli.simulate;

import org.jspecify.annotations.NullMarked;
