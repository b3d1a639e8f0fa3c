/** The packet on its way through the host: its bytes and what {@code sk_buff} keeps beside them; checksums. */
@NullMarked
package io.nfl.engine.packet;

import org.jspecify.annotations.NullMarked;
