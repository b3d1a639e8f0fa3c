/** Packets and connections as rules see them: read-only views that generated code and the evaluator call. */
@NullMarked
package io.nfl.api.packet;

import org.jspecify.annotations.NullMarked;
